"""``load`` through the real command on real files: reports, exit codes, what the store keeps."""

import json
from pathlib import Path

import pytest

from sim.cli import load as loading
from sim.cli.main import main
from sim.ingest import inspect, sandbox
from sim.ingest.demo import demo_tables
from sim.ingest.record import mapping_file
from sim.model.planning_settings import PlanningSettings
from sim.store import open_store

MARCH = b"item;month;quantity\nA;2026-02;7\nB;2026-02;3\nA;2026-03;4\n"
FRENCH = (
    "Code article;Mois;Qté vendue;CA HT\nA;janv.-26;1 234,50;10,00 €\nB;févr.-26;13,75;5,00 €\n"
)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "sales.csv").write_bytes(
        b"item,month,quantity\nA,2026-01,1\nA,2026-02,2\nB,2026-02,3\n"
    )
    (folder / "item.csv").write_bytes(b"item,label,price\nA,Anvil,5\nB,Box,6\n")
    (folder / "notes.md").write_text("not a table")
    return folder


@pytest.fixture
def store(tmp_path: Path):
    opened = open_store(f"sqlite:///{tmp_path / 's.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def run_json(*arguments: object, code: int = 0) -> dict:
        url = f"sqlite:///{tmp_path / 's.sqlite'}"
        given = ["load", *map(str, arguments), "--db", url, "--author", "Anna", "--lang", "en"]
        assert main([*given, "--json"]) == code
        return json.loads(capsys.readouterr().out)

    return run_json


def change(told: dict, table: str) -> tuple[int, ...]:
    one = next(one for one in told["changes"] if one["table"] == table)
    return tuple(one[name] for name in ("added", "changed", "unchanged", "removed"))


def test_a_folder_is_loaded_then_a_month_updates_it_then_nothing_is_new(
    inbox, run, store, tmp_path
):
    first = run(inbox, "--company", "Tiny", "--currency", "CHF")
    assert (first["status"], first["afresh"], first["company"]) == ("loaded", True, "Tiny")
    assert [file["name"] for file in first["files"]] == ["item.csv", "sales.csv"]
    (tmp_path / "march.csv").write_bytes(MARCH)
    second = run(tmp_path / "march.csv")
    assert second["modes"] == {"sales": "period"}
    assert change(second, "sales") == (1, 1, 2, 0)
    tables, planning = store.load(second["version"])
    assert (planning.company, planning.currency) == ("Tiny", "CHF")
    assert tables["item"]["label"].tolist() == ["Anvil", "Box"]
    assert tables["sales"]["quantity"].sum() == 15
    third = run(tmp_path / "march.csv")
    assert third["status"] == "already_loaded"
    assert third["already_loaded"]["march.csv"]["author"] == "Anna"
    assert run(tmp_path / "march.csv", "--again")["status"] == "unchanged"
    before = store.load(first["version"])[0]
    assert store.undo_import(author="Ben").id == first["version"]
    assert all(before[name].equals(store.load(first["version"])[0][name]) for name in before)
    record = store.imports()[1]
    assert record.detail["modes"] == {"sales": "period"}
    assert record.files[0]["mapping"]["table"] == "sales"


def test_problems_end_with_code_1_and_write_nothing(inbox, run, store):
    sales = inbox / "sales.csv"
    sales.write_bytes(sales.read_bytes() + b"A,never,3\nNEW,2026-02,4\n")
    told = run(inbox, code=1)
    assert told["status"] == "refused"
    assert told["counts"] == {"blocking": 0, "problem": 2, "warning": 0}
    cell, code = told["problems"]
    assert (cell["file"], cell["row"], cell["column"], cell["value"]) == (
        "sales.csv",
        5,
        "month",
        "never",
    )
    assert cell["expected"] == "A month, like 2026-11"
    assert cell["remedy"] == "Write 2026-11, for example."
    assert (code["value"], code["expected"]) == ("NEW", "A code of item.csv")
    assert store.latest() is None
    assert run(inbox, "--dry-run", code=1)["status"] == "refused"
    assert run(inbox, "--dry-run", "--good-rows")["status"] == "checked"
    assert store.latest() is None
    assert run(inbox, "--good-rows")["totals"]["loaded"][1]["rows"] == 3
    assert len(store.list()) == 1


def test_modes_are_chosen_by_table(inbox, run, tmp_path):
    run(inbox)
    (tmp_path / "march.csv").write_bytes(MARCH)
    told = run(tmp_path / "march.csv", "--mode", "sales=append", code=1)
    assert [one["key"] for one in told["problems"]] == ["error.data.already_there"]
    told = run(tmp_path / "march.csv", "--mode", "sales=append", "--good-rows", "--dry-run")
    assert change(told, "sales") == (1, 0, 3, 0)
    told = run(tmp_path / "march.csv", "--mode", "sales=replace", "--dry-run")
    assert change(told, "sales") == (1, 1, 1, 1)
    told = run(tmp_path / "march.csv", "--mode", "afresh")
    assert change(told, "item") == (0, 2, 0, 0)  # labels and prices are gone


def test_a_mapping_file_means_the_same_files_of_another_month(run, tmp_path):
    body = FRENCH.encode("cp1252").replace(b"Mois", b"Xyz")
    (tmp_path / "export janvier.csv").write_bytes(body)
    assert run(tmp_path / "export janvier.csv", code=1)["counts"]["blocking"] == 1
    columns = {"item": "Code article", "month": "Xyz", "quantity": "Qté vendue", "revenue": "CA HT"}
    given = {"table": "sales", "columns": {name: {"column": at} for name, at in columns.items()}}
    previews = inspect([("export janvier.csv", body)])
    saved = mapping_file(previews, {"export janvier.csv": given})
    (tmp_path / "map.json").write_text(json.dumps(saved))
    (tmp_path / "export mars.csv").write_bytes(body)
    loaded = run(tmp_path / "export mars.csv", "--map", tmp_path / "map.json")
    assert loaded["totals"]["loaded"][0]["quantity"] == 1248.25
    # From now on the store remembers it.
    (tmp_path / "avril.csv").write_bytes(body.replace(b"13,75", b"14,75"))
    assert change(run(tmp_path / "avril.csv"), "sales") == (0, 1, 1, 0)


def test_somebody_quicker_is_kept_and_the_later_is_computed_on_top(
    inbox, run, store, tmp_path, monkeypatch
):
    run(inbox)
    (tmp_path / "march.csv").write_bytes(MARCH)
    accept, rounds = loading._accept, []

    def slow(mine, draft, records, options):
        if not rounds:
            tables, planning = store.load(draft.seen)
            tables["item"].loc[1, "price"] = 99.0
            store.accept(tables, name="x", settings=planning, source="upload", author="Ben")
        rounds.append(draft.seen)
        return accept(mine, draft, records, options)

    monkeypatch.setattr(loading, "_accept", slow)
    told = run(tmp_path / "march.csv")
    tables = store.load(told["version"])[0]
    assert len(set(rounds)) == 2
    assert tables["item"]["price"].tolist() == [5.0, 99.0]
    assert tables["sales"]["quantity"].sum() == 15
    assert [record.author for record in store.imports()] == ["Anna", "Ben", "Anna"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_person_reads_a_verdict_and_every_figure(inbox, tmp_path, capsys, lang):
    given = ["load", str(inbox), "--db", f"sqlite:///{tmp_path / 's.sqlite'}", "--lang", lang]
    assert main(given) == 0
    said = capsys.readouterr().out
    assert ("3 ajoutées" if lang == "fr" else "3 added") in said
    assert main(given) == 0
    assert "sales.csv" in capsys.readouterr().out
    assert main([*given[:1], str(tmp_path / "nowhere*.csv"), *given[2:]]) == 2
    assert "nowhere" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main([*given, "--mode", "sales=magic"])
    assert caught.value.code == 2
    (tmp_path / "bad.json").write_text("[")
    assert main([*given, "--again", "--map", str(tmp_path / "bad.json")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) >= 1


def test_a_pattern_names_files_and_the_demo_is_never_mixed_with_a_company(inbox, run, store):
    store.accept(demo_tables(), name="demo", settings=PlanningSettings(), source="demo", author="")
    told = run(f"{inbox}/*.csv")
    assert told["afresh"]
    assert set(store.load(told["version"])[0]) == {"item", "sales"}


def test_near_codes_and_the_encoding_are_choices_of_the_command_too(run, tmp_path):
    (tmp_path / "item.csv").write_bytes("item,label\nA1,Poêle\n".encode())
    (tmp_path / "sales.csv").write_bytes(b"item,month,quantity\na1,2026-01,3\n")
    paths = (tmp_path / "item.csv", tmp_path / "sales.csv", "--dry-run")
    assert run(*paths, code=1)["counts"]["problem"] == 1
    assert run(*paths, "--near-codes")["totals"]["loaded"][1]["quantity"] == 3
    assert run(*paths[:2], "--near-codes", "--encoding", "cp1252")["status"] == "loaded"
    opened = open_store(f"sqlite:///{tmp_path / 's.sqlite'}")
    tables = opened.load(opened.latest().id)[0]
    opened.close()
    assert tables["item"]["label"].tolist() == ["PoÃªle"]


def test_a_file_beyond_the_limit_is_refused_without_being_read_whole(run, tmp_path, monkeypatch):
    (tmp_path / "sales.csv").write_bytes(MARCH)
    monkeypatch.setattr(loading, "LARGEST", 10)
    monkeypatch.setattr(sandbox, "LARGEST", 10)
    told = run(tmp_path / "sales.csv", code=1)
    assert "error.upload.too_large" in [one["key"] for one in told["problems"]]
    assert len(loading._content(tmp_path / "sales.csv")) == 11


def test_quality_is_judged_for_the_horizon_of_the_company(run, tmp_path):
    (tmp_path / "sales.csv").write_bytes(MARCH)
    (tmp_path / "resource.csv").write_bytes(b"resource,kind\nR,hours\n")
    months = [f"2026-{month:02d}" for month in range(4, 13)]
    months += [f"2027-{month:02d}" for month in range(1, 4)]
    lines = "".join(f"R,{month},35\n" for month in months)
    (tmp_path / "capacity.csv").write_text("resource,month,available\n" + lines)
    given = (tmp_path / "sales.csv", tmp_path / "resource.csv", tmp_path / "capacity.csv")
    short = run(*given, "--dry-run", "--horizon", 12)["quality"]
    assert short > run(*given, "--dry-run", "--horizon", 24)["quality"]


def test_an_incomplete_last_month_is_left_out_as_on_the_page(run, store, tmp_path):
    weeks = [f"2024-W{n:02d};10" for n in range(1, 19)]  # the last one ends on 5 May
    lines = "".join(f"A;{week}\n" for week in weeks)
    (tmp_path / "weeks.csv").write_text("item;month;quantity\n" + lines)
    without = run(tmp_path / "weeks.csv")
    whole = run(tmp_path / "weeks.csv", "--again", "--keep-partial-month")
    sales = [store.load(one["version"])[0]["sales"] for one in (without, whole)]
    assert [str(found["month"].max())[:7] for found in sales] == ["2024-04", "2024-05"]
    assert sales[1]["quantity"].sum() == pytest.approx(180)
    assert any(one["key"] == "warning.data.partial_month" for one in without["problems"])
