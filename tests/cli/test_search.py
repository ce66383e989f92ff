"""The search from the command line: keys, sentences, Ctrl-C, wrong input."""

import json
import signal
from pathlib import Path

import pytest

from sim.cli.main import main
from sim.model.search import Search

FEW = ("--candidates", "12", "--draws", "256")


@pytest.fixture(scope="module")
def valfonte(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("valfonte")
    assert main(["demo", str(folder), "--lang", "en"]) == 0
    return folder


def test_the_documented_keys_and_a_winner_that_simulates_to_the_same(valfonte, tmp_path, capsys):
    best = tmp_path / "best.json"
    arguments = ["search", str(valfonte), *FEW, "--target-service", "0.9", "--json"]
    capsys.readouterr()
    assert main([*arguments, "--out", str(best), "--lang", "en"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"target", "seed", "finished", "reached", "candidates", "evaluated", "out"} <= set(found)
    assert {"runner_up", "finalists", "frontier", "notices", "at_stake", "bound"} <= set(found)
    assert found["finished"]
    assert found["reached"]
    assert found["candidates"] == found["evaluated"] == 12
    assert found["bound"]["margin"] > found["winner"]["margin"]["mean"]
    assert found["reference"]["margin"]["low"] <= found["reference"]["margin"]["mean"]
    simulated = ["simulate", str(valfonte), "--scenario", str(best), "--draws", "256", "--json"]
    assert main(simulated) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["kpi"]["net_margin"] == found["winner"]["margin"]
    assert again["kpi"]["fill_rate"] == found["winner"]["service"]


def test_sentences_in_french_name_the_limit_of_what_is_out_of_reach(valfonte, capsys):
    capsys.readouterr()
    arguments = ["search", str(valfonte), *FEW, "--target-service", "1", "--lang", "fr"]
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "Meilleur plan\u00a0: " in said
    assert "Hors d’atteinte avec ces candidats\u00a0: " in said
    assert "goulot\u00a0: " in said


def test_ctrl_c_gives_the_best_so_far_and_says_so(valfonte, capsys, monkeypatch):
    whole = Search.steps

    def pressed(self):
        for count, record in enumerate(whole(self)):
            if count == 5:
                signal.raise_signal(signal.SIGINT)
            yield record

    monkeypatch.setattr(Search, "steps", pressed)
    before = signal.getsignal(signal.SIGINT)
    capsys.readouterr()
    assert main(["search", str(valfonte), *FEW, "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "Stopped before the end: the best of 6 of 12 candidates so far, on 64 draws." in said
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("target", ["97", "nan", "-0.1"])
def test_a_target_that_is_no_share_is_one_sentence(valfonte, capsys, target):
    capsys.readouterr()
    assert main(["search", str(valfonte), *FEW, f"--target-service={target}", "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith("Service target ")
