"""The template: every heading is understood, and what was filled in loads back unchanged."""

import io

import openpyxl
import pandas as pd
import pytest

from sim.ingest import build, inspect
from sim.ingest.demo import demo_tables
from sim.ingest.schema import TABLES, Kind
from sim.ingest.template import HEADER, heading, sheet_name, template
from sim.report.text import text_for

LANGUAGES = ("fr", "en")
EXAMPLES = {Kind.MONTH: "2027-01", Kind.DATE: "2027-01-31", Kind.FLAG: 1, Kind.SHIFTS: "2x8:1:0"}


@pytest.fixture(scope="module")
def demo():
    """The demo company, with the first lines of its long tables."""
    return {name: frame.head(250).copy() for name, frame in demo_tables().items()}


def saved_again(content, change=lambda value: value):
    """The workbook as another spreadsheet program writes it: every part is made anew."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for line in sheet.iter_rows(min_row=HEADER + 2):
            for cell in line:
                cell.value = change(cell.value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def same(got, wanted):
    """Equal tables: what the original does not have is empty or a default."""
    assert set(wanted) <= set(got)
    for name, frame in wanted.items():
        found = got[name].reset_index(drop=True)
        there = frame.reset_index(drop=True)
        for column in there:
            one, other = found.get(column), there[column]
            if one is None:
                assert other.isna().all(), (name, column)
            elif pd.api.types.is_numeric_dtype(other) or other.dtype.kind == "M":
                one, other = one.astype(other.dtype), other
                # A workbook keeps 16 digits.
                pd.testing.assert_series_equal(one, other, rtol=1e-14)
            else:
                assert one.fillna("").tolist() == other.fillna("").tolist(), (name, column)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_filled_template_loads_back_unchanged_after_it_was_saved_again(lang, demo):
    content = saved_again(template(text_for(lang), demo))
    found = build(inspect([("template.xlsx", content)]))
    assert not found.blocking
    assert not found.problems
    assert not found.warnings  # its own notes are no file that was not understood
    same(found.tables, demo)


def french(value):
    """A cell as a French program may keep it: text dates and decimal commas."""
    if hasattr(value, "strftime"):
        return value.strftime("%d/%m/%Y")
    return f"{value}".replace(".", ",") if isinstance(value, float) else value


def test_text_dates_and_decimal_commas_of_a_french_program_load_back_too(demo):
    content = saved_again(template(text_for("fr"), demo), french)
    previews = inspect([("modele.xlsx", content)])
    # 01/02/2027 throughout: the one question that is left, answered as a French user does.
    answered = {one.id: {**one.mapping.to_json(), "dates": "dmy"} for one in previews}
    found = build(previews, answered)
    assert not found.blocking
    assert not found.problems
    same(found.tables, demo)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_heading_of_the_empty_template_is_understood(lang):
    word = text_for(lang)
    book = openpyxl.load_workbook(io.BytesIO(template(word)))
    for name, table in TABLES.items():
        sheet = book[sheet_name(word, name)]
        assert [cell.value for cell in sheet[HEADER + 1]] == [
            heading(word, column) for column in table.columns
        ]
        sheet.append([_example(word, column) for column in table.columns])
    out = io.BytesIO()
    book.save(out)
    found = {one.sheet: one.mapping for one in inspect([("template.xlsx", out.getvalue())])}
    for name, table in TABLES.items():
        mapping = found.pop(sheet_name(word, name))
        assert mapping.table == name
        columns = {field: source.column for field, source in mapping.columns.items()}
        assert columns == {one.name: heading(word, one) for one in table.columns}
    assert [mapping.table for mapping in found.values()] == [""]  # the notes


def _example(word, column):
    if column.kind is Kind.CHOICE:
        return word(f"choice.{column.choices[-1]}")
    text = "A-1" if column.kind is Kind.TEXT else 1
    return EXAMPLES.get(column.kind, text)


def test_an_empty_template_says_that_the_sales_are_missing():
    found = build(inspect([("template.xlsx", template(text_for("fr")))]))
    assert [one.key for one in found.blocking] == ["error.upload.no_sales"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_choices_are_offered_and_read_in_the_words_of_the_language(lang, demo):
    book = openpyxl.load_workbook(io.BytesIO(template(text_for(lang), demo)))
    sheet = book[sheet_name(text_for(lang), "resource")]
    kinds = {cell.value for cell in sheet["D"][HEADER + 1 :]}
    assert {text_for(lang)(f"choice.{kind}") for kind in ("hours", "material", "storage")} == kinds
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert any(text_for(lang)("choice.storage") in formula for formula in lists)
