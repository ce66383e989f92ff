"""Day, week, month, quarter and own periods come to months; the total stays the same."""

import itertools
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.ingest import build, inspect
from sim.ingest.dates import Span, read_span
from sim.ingest.periods import month_shares
from sim.ingest.update import Base
from tests.ingest.test_shapes import loaded, look, told_of
from tests.ingest.words import keys, sentences

DAYS = st.dates(date(1995, 1, 1), date(2045, 12, 31))


@given(DAYS, st.integers(0, 120))
def test_the_shares_of_a_period_add_up_and_follow_its_working_days(start, more):
    span = Span(start, start + timedelta(days=more), "period")
    shares = dict(month_shares(span))
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-12)
    days = [span.start + timedelta(days=n) for n in range(more + 1)]
    worked = [day for day in days if day.weekday() < 5] or days
    for month, share in shares.items():
        own = np.busday_count(max(month, start), _after(month, span.end))
        if any(day.weekday() < 5 for day in days):
            assert share == pytest.approx(own / len(worked))


def _after(month, end):
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return min(following, end + timedelta(days=1))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(DAYS, st.integers(-(10**7), 10**7)), min_size=1, max_size=12),
    st.sampled_from(["week", "quarter"]),
)
def test_what_is_split_adds_up_to_what_was_written(lines, grain):
    from tests.ingest.sheets import sheet  # made without a child process

    written = [(_name(day, grain), cents / 100) for day, cents in lines]
    rows = [["item", "period", "quantity"], *(["A", name, f"{q:.2f}"] for name, q in written)]
    found = build([sheet(rows, "sales.csv")], accept_good_rows=True)
    total = sum(one.quantity for one in found.before)
    assert total == pytest.approx(sum(q for _, q in written), abs=1e-6)
    kept = found.tables["sales"]["quantity"].sum() if "sales" in found.tables else 0.0
    back = found.tables["returns"]["quantity"].sum() if "returns" in found.tables else 0.0
    assert kept - back == pytest.approx(total, abs=1e-6)
    assert found.before[0].rows == len(lines)


def _name(day, grain):
    if grain == "quarter":
        return f"{day.year}Q{(day.month + 2) // 3}"
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024M03", "2024-03-01", "2024-03-31"),
        ("202403", "2024-03-01", "2024-03-31"),
        ("\ue000202403", "2024-03-01", "2024-03-31"),
        ("03/2024", "2024-03-01", "2024-03-31"),
        ("mars 2024", "2024-03-01", "2024-03-31"),
        ("Sept 2024", "2024-09-01", "2024-09-30"),
        ("S05-2024", "2024-01-29", "2024-02-04"),
        ("2024-W05", "2024-01-29", "2024-02-04"),
        ("sem. 5 2024", "2024-01-29", "2024-02-04"),
        ("Mar-98", "1998-03-01", "1998-03-31"),
        ("199803", "1998-03-01", "1998-03-31"),
        ("1998-03", "1998-03-01", "1998-03-31"),
        ("1-Mar-1998", "1998-03-01", "1998-03-01"),
        ("T1 2024", "2024-01-01", "2024-03-31"),
        ("2024Q1", "2024-01-01", "2024-03-31"),
        ("1er trimestre 2024", "2024-01-01", "2024-03-31"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
        ("0000-00", None, None),
        ("2021-W53", None, None),
        ("2024-W00", None, None),
        ("T5 2024", None, None),
        ("2024", None, None),
    ],
)
def test_a_period_is_read_in_every_spelling_or_refused(text, start, end):
    found = read_span(text, "")
    assert (found and str(found.start), found and str(found.end)) == (start, end)


def test_weeks_are_split_by_working_days_and_the_rule_is_told():
    (preview,) = look("Article;Semaine;Qté\nA;S05-2024;50\nA;S06-2024;10\nB;S05-2024;7\n")
    sold = loaded([preview])
    assert sold == {
        ("A", "2024-01"): 30,
        ("A", "2024-02"): 30,
        ("B", "2024-01"): pytest.approx(4.2),
        ("B", "2024-02"): pytest.approx(2.8),
    }
    found = build([preview])
    rule = next(one for one in found.warnings if one.key == "warning.data.split_to_months")
    assert "lundi au vendredi" in sentences(rule)[0]
    assert (found.before[0].rows, found.after[0].rows) == (3, 3)


def test_a_quarter_goes_to_its_months():
    (preview,) = look("Article;Trimestre;Qté\nA;T1 2024;65\nA;T2 2024;65\n")
    sold = loaded([preview])
    assert sold["A", "2024-01"] == pytest.approx(23)  # 23 of the 65 working days
    assert sum(sold.values()) == pytest.approx(130)


def test_months_that_are_no_months_are_told():
    (preview,) = look("item;month;quantity\nA;0000-00;1\nA;2021-W53;2\nA;2021-W52;3\n")
    found = build([preview])
    assert sorted(keys(found.problems)) == ["error.data.no_week_53", "error.data.not_month"]
    for problem in found.problems:
        assert all(sentences(problem))


def loaded_tables(*files):
    return dict(build(inspect(files)).require())


CALENDAR = (
    "calendrier.csv",
    b"P\xc3\xa9riode;D\xc3\xa9but;Fin;Jours ouvr\xc3\xa9s\n"
    b"P01;01/01/2024;28/01/2024;20\nP02;29/01/2024;25/02/2024;20\nP03;26/02/2024;31/03/2024;25\n",
)


def test_own_periods_go_to_months_by_the_days_of_the_calendar():
    previews = look("Article;Période;Qté\nA;P01;20\nA;P02;20\nA;P03;25\n", "ventes.csv", CALENDAR)
    assert [one.mapping.table for one in previews] == ["sales", "calendar"]
    sold = loaded(previews)
    assert [sold["A", f"2024-0{m}"] for m in (1, 2, 3)] == pytest.approx([23, 21, 21])
    alone = build(previews[:1])
    assert set(keys(alone.problems)) == {"error.data.not_month"}


def test_the_periods_of_a_calendar_in_use_are_known():
    loaded_before = loaded_tables(
        CALENDAR, ("ventes.csv", b"Article;Mois;Qt\xc3\xa9\nA;2023-12;2\n")
    )
    (preview,) = look("Article;Période;Qté\nA;P01;20\nA;P02;20\n", "ventes 2.csv")
    base = Base(tables=loaded_before)
    sold = build([preview], base=base).require()["sales"]
    assert sold["quantity"].sum() == 42
    assert not build([preview], base=Base(tables=loaded_before, afresh=True)).ready


@pytest.mark.parametrize("end", ["31/12/2023", "28/01/2199"])
def test_a_period_without_days_or_of_centuries_is_a_problem(end):
    wrong = CALENDAR[1].replace(b"28/01/2024", end.encode())
    previews = look("Article;Période;Qté\nA;P01;20\nA;P02;20\n", "v.csv", (CALENDAR[0], wrong))
    found = build(previews)
    assert "error.data.period_days" in keys(found.problems)
    assert all(one for problem in found.problems for one in sentences(problem))


def test_own_periods_as_columns():
    previews = look("Article;P01;P02;P03\nA;20;20;25\n", "ventes.csv", CALENDAR)
    sold = loaded(previews)
    assert sum(sold.values()) == 65


def test_weekly_capacity_is_added_up_and_a_stock_is_not():
    weeks = [f"2024-W{n:02d}" for n in range(1, 9)]
    capacity = "resource;month;available\n" + "".join(f"R;{week};35\n" for week in weeks)
    stock = "item;month;closing\n" + "".join(f"A;{w};{n}\n" for n, w in enumerate(weeks))
    sales = b"item;month;quantity\nA;2024-01;3\n"
    files = [
        ("sales.csv", sales),
        ("capacity.csv", capacity.encode()),
        ("stock_history.csv", stock.encode()),
    ]
    found = build(inspect(files))
    assert not found.blocking
    assert not found.problems
    hours = found.tables["capacity"]
    assert hours["available"].sum() == pytest.approx(8 * 35)
    assert len(hours) == 2
    closing = found.tables["stock_history"].set_index("month")["closing"]
    assert closing.to_dict() == {pd.Timestamp("2024-01-01"): 3, pd.Timestamp("2024-02-01"): 7}
    assert {one.name for one in found.left_out} == {"earlier"}


def test_year_and_month_in_two_columns():
    (preview,) = look("Article;Année;Mois;Qté\nA;2023;12;1\nA;2024;1;2\nA;2024;2;3\n")
    assert preview.mapping.year_column == "Année"
    assert list(loaded([preview])) == [("A", "2023-12"), ("A", "2024-01"), ("A", "2024-02")]


def test_the_last_week_leaves_a_partial_month():
    weeks = [f"2024-W{n:02d};10" for n in range(1, 19)]  # the last one ends on 5 May
    (preview,) = look("item;month;quantity\n" + "".join(f"A;{week}\n" for week in weeks))
    found = build([preview])
    assert found.partial_month == date(2024, 5, 1)
    left = build([preview], leave_out_partial_month=True)
    total = sum(
        itertools.chain((o.quantity for o in left.left_out), (o.quantity for o in left.after))
    )
    assert total == pytest.approx(180)
    assert told_of(left, "warning.data.partial_month")
