"""Exported files can be read by other programs and carry their stamp and their text."""

import csv
import io
import re
import struct
from datetime import UTC, date, datetime
from xml.sax.saxutils import unescape

import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine

from sim.report import charts, export, frames
from sim.report.cells import Style, column
from sim.report.render import FAMILY
from sim.report.style import FONTS, PALETTES, Density, Theme
from sim.report.text import text_for
from tests.report.outcomes import company, outcome

FR = text_for("fr")
STAMP = export.Stamp(
    scenario="A <Anticiper> & samedis",
    data_as_of=date(2026, 12, 31),
    author="C. Lenoir",
    made_at=datetime(2027, 1, 21, 14, 5, tzinfo=UTC),
    hash="7c1e04afb922" * 5,
)
TABLE = pd.DataFrame(
    {
        "nom": ["Poêles", "=1+1", "+cmd", "-2", "@x", 'a;"b'],
        "part": column([0.5, -0.0712, np.nan, 1.0, 0.25, 0.0], Style.SHARE),
        "valeur": [1.5, -2.25, np.nan, 0.1, 1e7, 0.0],
        "nombre": [1, 2, 3, 4, 5, 6],
        "mois": [date(2027, m, 1) for m in range(1, 7)],
    }
)


@pytest.fixture(scope="module")
def spec():
    problem = company()
    view = frames.View(text=FR, units=frames.units_for(problem, FR))
    frame = frames.balance(outcome(problem, decisions=0.72), outcome(problem), view=view)
    chart = charts.balance_spec("fr", Theme.DARK, Density.COMFORT, unit="M€")
    return export.standalone_spec(chart, frame, theme=Theme.DARK)


def test_standalone_spec_needs_nothing_else_and_leaves_the_shared_one_alone(spec):
    shared = charts.balance_spec("fr", Theme.DARK, Density.COMFORT, unit="M€")
    assert "data" not in shared
    assert shared["width"] == "container"
    assert spec["width"] == export.WIDTH
    assert len(spec["data"]["values"]) > 18
    assert spec["background"] == PALETTES[Theme.DARK].page


@pytest.fixture(scope="module")
def drawing(spec):
    return export.svg(spec, STAMP.line(FR), theme=Theme.DARK).decode()


def test_svg_keeps_its_text_and_its_stamp(drawing):
    words = unescape(" ".join(re.findall(r">([^<>]+)<", drawing)))
    for wanted in ("Demande et offre", "M€ par mois", "livrable A", "non servi", "fév", "2028"):
        assert wanted in words
    assert STAMP.line(FR) in words
    assert "BROUILLON" in words


def test_svg_page_reaches_below_the_stamp(drawing):
    height = re.search(r'<svg [^>]*height="([\d.]+)"', drawing)
    page = re.search(r'<rect [^>]*height="([\d.]+)" fill="([^"]+)"', drawing)
    assert height
    assert page
    assert page.groups() == (height.group(1), PALETTES[Theme.DARK].page)


def test_svg_measures_text_with_the_shipped_font(spec):
    # A font that cannot be measured makes all labels half as wide again: the plot gets narrow.
    body = export.svg(spec, "", theme=Theme.DARK).decode()
    plot = re.search(r'class="background"[^>]* d="M0,0h([\d.]+)v', body)
    assert plot
    assert float(plot.group(1)) > 0.82 * export.WIDTH


def test_png_is_twice_the_size_and_not_empty(spec):
    picture = export.png(spec, STAMP.line(FR), theme=Theme.DARK)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    assert width == 2 * export.WIDTH
    assert height > 2 * export.HEIGHT
    assert picture != export.png(spec, "", theme=Theme.DARK)


def test_png_shows_letters():
    """Text without a font would leave the picture as blank as one without text."""
    base = {"width": 200, "height": 60, "background": "white", "config": {"view": {"stroke": None}}}
    mark = {"type": "text", "fontSize": 30, "font": f"{FAMILY}, sans-serif"}

    def picture(words: str) -> bytes:
        layer = {"mark": mark, "encoding": {"text": {"value": words}}}
        spec = {**base, "data": {"values": [{}]}, **layer}
        return export.png(spec, "", theme=Theme.LIGHT)

    blank, accents = picture(""), picture("éÉ œ\u202f%")
    assert len(accents) > len(blank) + 200
    assert accents != picture("eE oe %")


def test_fonts_hold_every_sign_of_both_languages():
    from fontTools.ttLib import TTFont

    printed = ("chart.", "export.", "format.", "kpi.", "measure.", "month.", "word.")
    needed = {
        c
        for lang in ("fr", "en")
        for key, words in text_for(lang).templates.items()
        if key.startswith(printed)
        for c in words
    }
    needed |= set("0123456789€$£¥ –−±→\u00a0\u202f%")
    for path in FONTS.glob("*.ttf"):
        missing = {c for c in needed if ord(c) not in TTFont(path).getBestCmap() and c != "\n"}
        assert missing == set(), path.name
    assert (FONTS / "OFL.md").exists()


def test_a_dead_worker_is_replaced(spec):
    export.svg(spec, "", theme=Theme.LIGHT)
    pool = export._worker()
    for process in list(pool._processes.values()):
        process.kill()
        process.join()
    assert export.svg(spec, "", theme=Theme.LIGHT).startswith(b"<svg")


def read_back(body: bytes, delimiter: str) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=delimiter))


def test_csv_in_french_and_english():
    french = read_back(export.csv(TABLE, lang="fr"), ";")
    english = read_back(export.csv(TABLE, lang="en"), ",")
    assert french[1] == ["Poêles", "50", "1,5", "1", "2027-01-01"]
    assert english[1] == ["Poêles", "50", "1.5", "1", "2027-01-01"]
    assert french[3][1:3] == ["", ""]  # missing
    assert french[6][0] == 'a;"b'
    assert len(french) == len(TABLE) + 1


def test_csv_numbers_stay_numbers_and_texts_cannot_run():
    rows = read_back(export.csv(TABLE, lang="en"), ",")
    assert [row[0] for row in rows[2:6]] == ["'=1+1", "'+cmd", "'-2", "'@x"]
    assert rows[2][1:3] == ["-7.12", "-2.25"]
    back = pd.read_csv(io.BytesIO(export.csv(TABLE, lang="fr")), sep=";", decimal=",")
    np.testing.assert_allclose(back["valeur"], TABLE["valeur"])


@pytest.fixture(scope="module")
def workbook():
    return export.xlsx({"Écart: A/B": TABLE}, stamp=STAMP, text=FR)


def test_xlsx_keeps_types_and_formats(workbook):
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    sheet = book.worksheets[0]
    assert sheet.title == "Écart  A B"
    assert (sheet["B3"].value, sheet["B3"].number_format) == (-0.0712, "0.0%")
    assert sheet["C3"].value == -2.25
    assert sheet["D2"].value == 1
    assert sheet["E2"].value == datetime(2027, 1, 1)
    assert sheet["E2"].number_format == "mmm yyyy"
    assert sheet["B4"].value is None
    assert sheet["A3"].data_type == "s"
    assert sheet["A3"].value == "=1+1"


def test_xlsx_opens_elsewhere_and_names_its_origin(workbook):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == list(TABLE.columns)
    assert rows[1][:4] == ["Poêles", 0.5, 1.5, 1.0]
    about = book.get_sheet_by_index(1).to_python()
    assert about[0][0] == STAMP.line(FR)
    assert STAMP.hash in about[1][0]


def test_an_empty_table_is_still_a_file():
    empty = pd.DataFrame({"a": []})
    assert read_back(export.csv(empty, lang="fr"), ";") == [["a"]]
    assert (
        openpyxl.load_workbook(io.BytesIO(export.xlsx({"": empty}, stamp=STAMP, text=FR)))
        .worksheets[0]["A1"]
        .value
        == "a"
    )
