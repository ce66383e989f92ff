"""Tables that no plan can be made of: exit code 2, one sentence with its place, no traceback."""

import csv
import shutil
from pathlib import Path

import pytest

from sim.cli.main import main
from sim.ingest.columns import Kind
from sim.ingest.folder import write_folder
from sim.ingest.schema import TABLES
from tests.store import company

Rows = list[list[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("company")
    items = company.items(successor=[None, None, None, "A2"])
    write_folder(company.tables(item=items), made)
    return made


def cell(row: int, name: str, value: str):
    """Write one cell, its row counted as a spreadsheet does."""

    def write(rows: Rows) -> None:
        rows[row - 1][rows[0].index(name)] = value

    return write


def no_hours(rows: Rows) -> None:
    """The first resource has no hours in any month."""
    name, hours = rows[0].index("resource"), rows[0].index("available")
    first = rows[1][name]
    for row in rows[1:]:
        row[hours] = "0" if row[name] == first else row[hours]


def circle(rows: Rows) -> None:
    """The items of rows 3 and 4 replace one another."""
    code, after = rows[0].index("item"), rows[0].index("successor")
    rows[2][after], rows[3][after] = rows[3][code], rows[2][code]


CASES = {
    "unknown resource": ("routing", 3, "resource", "GHOST", cell(3, "resource", "GHOST")),
    "no capacity": ("capacity", 2, "available", "CUT", no_hours),
    "negative cost": ("item", 2, "unit_cost", "-4", cell(2, "unit_cost", "-4")),
    "negative wage": (
        "resource",
        2,
        "regular_cost_per_hour",
        "-1",
        cell(2, "regular_cost_per_hour", "-1"),
    ),
    "lead time": ("item", 3, "lead_time_months", "7", cell(3, "lead_time_months", "7")),
    "successors": ("item", 3, "successor", "A2, B1", circle),
    "nan price": ("item", 4, "price", "NaN", cell(4, "price", "NaN")),
    "nan hours": ("capacity", 5, "available", "nan", cell(5, "available", "nan")),
    "nan routing": ("routing", 2, "quantity_per_unit", "NaN", cell(2, "quantity_per_unit", "NaN")),
    "nan stock": ("stock", 2, "on_hand", "nan", cell(2, "on_hand", "nan")),
    "infinite sales": ("sales", 9, "quantity", "inf", cell(9, "quantity", "inf")),
}


def test_the_company_itself_has_a_plan(folder, capsys):
    assert main(["plan", str(folder), "--lang", "en"]) == 0
    assert not capsys.readouterr().err


@pytest.mark.parametrize("name", CASES)
def test_one_sentence_names_table_row_and_column(name, folder, tmp_path, capsys):
    table, row, column, value, change = CASES[name]
    wrong = tmp_path / "wrong"
    shutil.copytree(folder, wrong)
    file = wrong / f"{table}.csv"
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    change(rows)
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows(rows)
    for lang, line in (("fr", "ligne"), ("en", "row")):
        assert main(["plan", str(wrong), "--lang", lang]) == 2
        told = capsys.readouterr()
        (sentence,) = told.err.strip().splitlines()
        wanted = (table, f"{line} {row}", column, value)
        assert all(part in sentence for part in wanted), sentence
        assert not told.out


def test_all_of_them_are_told_at_once(folder, tmp_path, capsys):
    wrong = tmp_path / "wrong"
    shutil.copytree(folder, wrong)
    file = wrong / "item.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(",6,", ",-6,").replace(",12,", ",nan,"), encoding="utf-8")
    assert main(["plan", str(wrong), "--lang", "en"]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 3


EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
NUMBERS = {Kind.NUMBER, Kind.INTEGER}


@pytest.mark.parametrize("value", ["NaN", "inf", "-inf"])
@pytest.mark.parametrize("example", ["whole-workers", "factory-planning-2", "shift-levels"])
def test_no_column_takes_what_is_not_a_number(example, value, tmp_path, capsys):
    wrong, spoilt = tmp_path / "wrong", []
    shutil.copytree(EXAMPLES / example, wrong)
    for file in sorted(wrong.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as source:
            rows = list(csv.reader(source))
        for column in TABLES[file.stem].columns:
            if column.kind in NUMBERS and column.name in rows[0]:
                cell(2, column.name, value)(rows)
                spoilt.append((file.stem, column.name))
        with file.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target, lineterminator="\n").writerows(rows)
    assert main(["plan", str(wrong), "--lang", "en"]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == len(spoilt) >= 8
    for table, column in spoilt:
        assert any(all(part in line for part in (table, column, value, "row 2")) for line in told)


def test_wrong_tables_are_told_before_a_forecast_is_made(tmp_path, capsys, monkeypatch):
    """Sales alone need a forecast, minutes for a large company: the tables come first."""

    def unwanted(*_arguments, **_settings):
        raise AssertionError("forecast before the tables were checked")

    monkeypatch.setattr("sim.cli.company.forecast", unwanted)
    months = [f"A,{2025 + n // 12}-{n % 12 + 1:02d}-01,5" for n in range(14)]
    (tmp_path / "sales.csv").write_text("\n".join(["item,month,quantity", *months]))
    (tmp_path / "item.csv").write_text("item,unit_cost\nA,-4\n")
    assert main(["plan", str(tmp_path), "--lang", "en"]) == 2
    (sentence,) = capsys.readouterr().err.strip().splitlines()
    assert "item" in sentence
    assert "-4" in sentence
