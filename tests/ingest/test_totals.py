"""Totals among the rows: left out where they are named or proven, and nothing else is."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.ingest import build
from tests.ingest.sheets import sheet
from tests.ingest.test_shapes import loaded, look, told_of
from tests.ingest.words import sentences

NAMES = ("A1", "A2", "A3", "B1", "B2", "C9", "D4")
MONTHS = tuple(f"2024-{month:02d}" for month in range(1, 13))


def table_of(draw_rows, width):
    return [[name, *map(str, row[:width])] for name, row in zip(NAMES, draw_rows, strict=False)]


CELLS = st.lists(st.lists(st.integers(0, 99_999), min_size=12, max_size=12), min_size=2, max_size=7)


def added(name, rows):
    return [name, *(str(sum(int(row[n]) for row in rows)) for n in range(1, len(rows[0])))]


def sold_of(header, rows):
    found = build([sheet([header, *rows])])
    assert not found.blocking
    assert not found.problems, [sentences(one) for one in found.problems]
    frame = found.tables["sales"]
    keys = zip(frame["item"], frame["month"], strict=True)
    return dict(zip(keys, frame["quantity"], strict=True)), found


@settings(max_examples=25)
@given(
    CELLS,
    st.integers(3, 12),
    st.integers(1, 6),
    st.sampled_from(["Total", "TOTAL GÉNÉRAL", "Gesamt"]),
)
def test_named_totals_change_nothing_of_what_is_loaded(cells, width, cut, word):
    rows = table_of(cells, width)
    cut = min(cut, len(rows) - 1)
    header = ["Article", *MONTHS[:width]]
    plain, _ = sold_of(header, rows)
    first, second = rows[:cut], rows[cut:]
    summed = [*first, added("Sous-total", first), *second, added("Total B", second)]
    again, found = sold_of(header, [*summed, added(word, rows)])
    assert again == plain
    (left,) = found.left_out
    assert (left.name, left.rows) == ("total", 3 * width)
    assert found.before[0].rows == found.after[0].rows + left.rows
    assert found.before[0].quantity == found.after[0].quantity + left.quantity


@settings(max_examples=25)
@given(CELLS, st.integers(4, 12), st.booleans())
def test_a_country_beside_its_regions_is_proven_by_its_sums(cells, width, above):
    rows = table_of(cells, width)
    assume(len(rows) >= 3)
    assume(all(any(int(cell) for cell in row[1:]) for row in rows))
    country = added("France", rows)
    assume(len({*country[1:]}) >= 3)
    assume(sum(np.log10(1 + int(cell)) for cell in country[1:]) >= 8)
    header = ["Article", *MONTHS[:width]]
    plain, _ = sold_of(header, rows)
    again, found = sold_of(header, [country, *rows] if above else [*rows, country])
    assert again == plain
    assert told_of(found, "warning.data.totals_left_out")["rows"] == width


@settings(max_examples=25)
@given(CELLS, st.integers(3, 12))
def test_without_a_total_every_row_is_loaded(cells, width):
    rows = table_of(cells, width)
    matrix = np.array([[int(cell) for cell in row[1:]] for row in rows])
    for at, row in enumerate(matrix):  # no row is by accident the sum of a run of others
        for start in range(len(matrix)):
            for stop in range(start + 3, len(matrix) + 1):
                assume(start <= at < stop or not (matrix[start:stop].sum(axis=0) == row).all())
        assume(not (np.delete(matrix, at, axis=0).sum(axis=0) == row).all())
    sold, _ = sold_of(["Article", *MONTHS[:width]], rows)
    assert len(sold) == len(rows) * width


LONG = "Famille;Article;Mois;Qté\nF;A;2024-01;10\nF;B;2024-01;20\nF;A;2024-02;30\nG;C;2024-02;5\n"


@pytest.mark.parametrize(
    "line",
    [
        "Total;;;65",
        "Total général;;;65",
        ";;Total;65",
        "Total F;;;60",
        "F;Total;2024-01;30",
        ";Total;;65",
    ],
)
def test_a_total_line_of_a_list_is_left_out_with_its_count(line):
    previews = look(LONG + line + "\n")
    sold = loaded(previews)
    assert sum(sold.values()) == 65
    told = told_of(build(previews), "warning.data.totals_left_out")
    assert (told["rows"], told["row"]) == (1, 6)


def test_a_total_is_kept_when_a_person_says_so_and_is_then_a_line_like_others():
    (preview,) = look(LONG + "F;Total;2024-02;30\n")
    kept = loaded([preview], {preview.id: preview.mapping.to_json() | {"totals": "keep"}})
    assert kept["Total", "2024-02"] == 30


@pytest.mark.parametrize(
    "lines",
    [
        "F;Totaline;2024-01;7\nF;TOTAL CARE 200;2024-01;9\n",  # brands, not totals
        "F;D;2024-02;35\n",  # equals the sum of two others, in one month
        "F;D;2024-01;30\nF;D;2024-02;35\n",  # and in both
    ],
)
def test_a_true_item_is_never_dropped(lines):
    assert len(loaded(look(LONG + lines))) == 4 + lines.count("\n")


def test_a_code_of_the_item_list_is_no_total_however_its_values_add_up():
    months = [f"2024-{m:02d}" for m in range(1, 13)]
    rows = [["A", *range(101, 113)], ["B", *range(207, 219)], ["C", *range(31, 43)]]
    rows.append(["D", *(sum(row[n] for row in rows) for n in range(1, 13))])
    text = "\n".join(";".join(map(str, row)) for row in [["Article", *months], *rows])
    items = ("articles.csv", b"Article;Nom\nA;a\nB;b\nC;c\nD;d\n")
    assert len(loaded(look(text))) == 36
    assert len(loaded(look(text, "ventes.csv", items))) == 48


def test_a_total_over_channels_goes_only_where_the_channels_are_given():
    body = "Article;Canal;Mois;Qté\nA;Web;2024-01;1\nA;GSB;2024-01;2\nA;Total;2024-01;3\n"
    sold = build(look(body + "B;Total;2024-01;9\n")).require()["sales"]
    assert sorted(zip(sold["item"], sold["channel"], strict=True)) == [
        ("A", "GSB"),
        ("A", "Web"),
        ("B", "Total"),
    ]


def test_a_channel_that_adds_up_the_others_is_left_out():
    rng = np.random.default_rng(3)
    lines = []
    for item in "AB":
        for month in MONTHS[:4]:
            parts = rng.integers(100, 999, 3)
            lines += [f"{item};{n};{month};{q}" for n, q in zip("XYZ", parts, strict=True)]
            lines.append(f"{item};France;{month};{parts.sum()}")
    sold = build(look("Article;Canal;Mois;Qté\n" + "\n".join(lines))).require()["sales"]
    assert set(sold["channel"]) == {"X", "Y", "Z"}
    assert len(sold) == 24
