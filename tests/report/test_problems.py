"""The workbook of problems: opened again by another program, nothing in it is a formula."""

import io
import string

import openpyxl
import pytest

from sim.errors import DataError
from sim.ingest import build, inspect
from sim.ingest.problems import marked_sheets, problems_of
from sim.report.problems import COLUMNS, parts, workbook
from sim.report.text import text_for

EVIL = '=HYPERLINK("http://x","y")'
SALES = (
    "Code article;Mois;Qté\nA;2026-01;1\n"
    f"{EVIL};2026-01;4\nA;jamais;+3\nA;2026-02;@x\nA;2026-02;-5\nA;2026-03;2\n"
).encode()
ITEMS = b"item,label\nA,Anvil\n"


def made(lang):
    previews = inspect([("ventes.csv", SALES), ("item.csv", ITEMS)])
    imported = build(previews)
    found = problems_of(imported, previews)
    body = workbook(text_for(lang), found, marked_sheets(imported, previews))
    return found, openpyxl.load_workbook(io.BytesIO(body))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_problem_with_its_place_and_the_wrong_cells_in_colour(lang):
    found, book = made(lang)
    text = text_for(lang)
    assert book.sheetnames == [text("problems.title"), "ventes.csv"]
    listed = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert listed[0] == [text(f"problems.column.{name}") for name in COLUMNS]
    assert len(listed) == len(found) + 1 == 5
    rows = {line[5]: line for line in listed[1:]}
    wanted = {"fr": "Un mois, comme 2026-11", "en": "A month, like 2026-11"}[lang]
    assert rows["Mois"][1:8] == ["ventes.csv", "", "4", "1", "Mois", "jamais", wanted]
    source = book["ventes.csv"]
    assert [cell.value for cell in source[1]][1:] == ["Code article", "Mois", "Qté"]
    coloured = {
        (row[0].value, cell.column_letter)
        for row in source.iter_rows(min_row=2)
        for cell in row
        if cell.fill.fgColor.rgb == "FFF8D0C8"
    }
    assert coloured == {("3", "B"), ("4", "C"), ("5", "D"), ("6", "D")}


def test_no_text_of_a_file_becomes_a_formula_or_a_link():
    _, book = made("en")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert EVIL in [cell.value for cell in cells]
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_sentence_about_a_file_falls_into_what_is_wrong_and_what_to_do(lang):
    text = text_for(lang)
    for key, template in text.templates.items():
        if not key.startswith(("error.data.", "error.upload.")):
            continue
        names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
        wrong, remedy = parts(text, DataError(key, **dict.fromkeys(names, "a; b: c")))
        assert wrong, key
        assert remedy, key


def test_names_of_sheets_are_made_allowed_and_different():
    lines = [["item", "month", "quantity"], ["A", "2026-01", 1], ["A", "never", 1]]
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("Ventes d'été 2026 région Nord-Ouest", "Ventes d'été 2026 région Nord-Est"):
        sheet = book.create_sheet(name[:31])
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    previews = inspect([("société.xlsx", out.getvalue())])
    imported = build(previews)
    body = workbook(
        text_for("en"), problems_of(imported, previews), marked_sheets(imported, previews)
    )
    names = openpyxl.load_workbook(io.BytesIO(body)).sheetnames
    assert len({name.casefold() for name in names}) == 3
    assert all(len(name) <= 31 for name in names)
