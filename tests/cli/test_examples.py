"""Every folder of docs/examples through the command line gives what its README prints."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.cli.company import read_company
from sim.cli.main import main
from sim.model.planner import make_plan, plan_kpis
from sim.model.problem import PlanMode
from tests.model.plan_oracle import least_money

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SIMULATED = ["base-stock", "fill-rate", "newsvendor"]  # uncertain: nothing to plan
FOLDERS = sorted({path.name for path in EXAMPLES.iterdir() if path.is_dir()} - set(SIMULATED))


def printed(folder: str) -> list[tuple[str, str, float]]:
    """Rows (mode, figure, result) of the README's table."""
    text = (EXAMPLES / folder / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| ([\w.]+) \| (-?[\d,.]+) \|$", text, re.MULTILINE)
    return [(mode, figure, float(value.replace(",", ""))) for mode, figure, value in rows]


def figure(result, path: str) -> float:
    for part in path.split("."):
        result = result[int(part)] if part.isdigit() else result[part]
    return result


def plan(folder: str, mode: str, capsys) -> dict:
    assert main(["plan", str(EXAMPLES / folder), "--mode", mode, "--json", "--lang", "en"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_plan_is_the_printed_one(folder, capsys):
    rows = printed(folder)
    assert len(rows) >= 2
    results = {mode: plan(folder, mode, capsys) for mode in {mode for mode, _, _ in rows}}
    for mode, path, value in rows:
        # Equal to the last printed digit.
        assert figure(results[mode], path) == pytest.approx(value, abs=0.51), (mode, path)


def draws(folder: str, capsys) -> dict:
    readme = (EXAMPLES / folder / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^python -m sim (simulate .*)$", readme, re.MULTILINE)
    first, path, *rest = command.split()
    assert main([first, str(EXAMPLES.parents[1] / path), *rest, "--lang", "en"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("folder", SIMULATED)
def test_the_simulation_gives_what_the_book_prints(folder, capsys):
    """To the last printed digit; the book rounds a safety factor, which is 0.005 % of a profit."""
    rows = printed(folder)
    assert len(rows) == 2
    found = draws(folder, capsys)
    for mode, path, value in rows:
        assert mode == "simulate"
        digits = len(f"{value}".rstrip("0").partition(".")[2])
        assert figure(found, path) == pytest.approx(value, abs=0.51 * 10**-digits, rel=5e-5), path


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_optimum_is_that_of_an_independent_programme(folder):
    problem = read_company(EXAMPLES / folder).problem
    least = least_money(problem)
    made = make_plan(problem, PlanMode.OPTIMAL)
    assert (least is None) == (folder == "too-little") == bool(made.reasons)
    if least is not None:
        kpis = plan_kpis(problem, made)
        assert kpis["cost"] - kpis["revenue"] == pytest.approx(least, rel=1e-6)


@pytest.mark.parametrize(
    ("demand", "hold", "total"),
    [((1000, 3000, 3800, 4800, 2000, 1400), 2.0, 432_858), (None, 6.0, 441_200)],
)
def test_variants_of_red_tomato(demand, hold, total):
    problem = read_company(EXAMPLES / "red-tomato").problem
    asked = problem.demand if demand is None else np.array([demand], dtype=float)
    costs = replace(problem.costs, hold=np.full((1, 6), hold))
    changed = replace(problem, demand=asked, costs=costs)
    made = make_plan(changed, PlanMode.OPTIMAL)
    assert plan_kpis(changed, made)["cost"] == pytest.approx(total, abs=0.5)


def test_stock_closes_at_its_target_without_a_limit_that_says_so():
    problem = replace(read_company(EXAMPLES / "base-stock").problem, limits=None)
    for mode in PlanMode:
        closing = make_plan(problem, mode).stock[:, -1]
        assert closing == pytest.approx(problem.stock_cover * 50.0, abs=1e-6), mode


def test_the_answer_names_limit_place_month_and_amount(capsys):
    found = plan("too-little", "optimal", capsys)
    assert found["status"] == "infeasible"
    february = {"month": "2027-02-01", "amount": pytest.approx(10.0)}
    assert found["infeasible"] == [
        {"limit": "serve", "name": "DOOR", "unit": "unit", **february},
        {"limit": "resource", "name": "SAW", "unit": "h", **february},
    ]
    assert len(found["limits"]) == 2
    assert "DOOR" in found["limits"][0]


@pytest.mark.parametrize("folder", ["red-tomato", "factory-planning-2", "too-little"])
def test_an_example_can_be_simulated(folder, capsys):
    arguments = ["simulate", str(EXAMPLES / folder), "--draws", "64", "--json", "--lang", "en"]
    assert main(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert 0 <= found["kpi"]["fill_rate"]["mean"] <= 1
    # What the plan cannot keep is said here too.
    assert (found["status"] == "infeasible") == bool(found["limits"]) == (folder == "too-little")
