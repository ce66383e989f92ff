"""Frames carry the numbers of the outcome, and all texts of the picture."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model import kpi
from sim.model.aids import Bridge, Step
from sim.model.kpi import Kpi
from sim.model.outcome import Measure
from sim.model.stated import UnitCosts
from sim.report import frames
from sim.report.frames.live import _gap
from sim.report.frames.load import load_level
from sim.report.frames.view import move_apart
from sim.report.style import LETTERS, Density
from sim.report.text import text_for
from tests.report.outcomes import MONTHS, company, outcome, unlimited

FR, EN = text_for("fr"), text_for("en")
PROBLEM = company()
BASE, BETTER, BEST = (outcome(PROBLEM, decisions=d) for d in (0.0, 0.72, 0.95))
UNITS = frames.units_for(PROBLEM, FR)
VIEW = frames.View(text=FR, units=UNITS)
WINDOW = kpi.window(PROBLEM)


def months(table: pa.Table) -> pd.DataFrame:
    frame = table.to_pandas()
    return frame[frame["part"] == "month"]


def texts(table: pa.Table, part: str = "end") -> list[str]:
    return [row["text"] for row in table.to_pylist() if row["part"] == part]


def test_balance_shows_the_means_in_millions():
    frame = months(frames.balance(BETTER, BASE, view=VIEW))
    served = BETTER.total(Measure.SERVED_VALUE).mean(axis=0) / 1e6
    demand = BETTER.total(Measure.DEMAND_VALUE).mean(axis=0) / 1e6
    reference = BASE.total(Measure.SERVED_VALUE).mean(axis=0) / 1e6
    np.testing.assert_allclose(frame["mean"], served)
    np.testing.assert_allclose(frame["demand"], demand)
    np.testing.assert_allclose(frame["reference"], reference)
    assert len(frame) == MONTHS


def test_balance_names_its_largest_gap_only():
    frame = frames.balance(BASE, None, view=VIEW).to_pandas()
    gap = (BASE.total(Measure.DEMAND_VALUE) - BASE.total(Measure.SERVED_VALUE)).mean(axis=0)
    label = frame[frame["part"] == "gap"]
    assert list(label["month"]) == ["2027-11"]
    assert FR.number(gap.max() / 1e6, 1) in label["text"].item()


@pytest.mark.parametrize(("worst", "place"), [(0, 2), (9, 9), (17, 15)])
def test_the_gap_label_keeps_clear_of_the_axis_and_of_the_end_labels(worst, place):
    demand, served = np.full(18, 10.0), np.full(18, 10.0)
    demand[worst], served[worst] = 12.0, 8.0
    rows = [{"month": f"{month:02d}"} for month in range(18)]
    label, above = _gap(demand, served, VIEW, rows)
    assert label["month"] == above["month"] == f"{place:02d}"
    assert label["y"] == 12.0 < above["y"]


def test_a_plan_that_serves_all_has_no_gap_label():
    full = outcome(PROBLEM, decisions=1.0)
    assert texts(frames.balance(full, BASE, view=VIEW), "gap") == []


@pytest.mark.parametrize("name", ["balance", "stock", "service"])
def test_the_reference_does_not_hide_itself(name):
    frame = getattr(frames, name)(BASE, BASE, view=VIEW)
    assert frame["reference"].null_count == len(frame)
    assert "réf." not in texts(frame)


def test_stock_bands_hold_nine_draws_in_ten():
    frame = months(frames.stock(BETTER, BASE, view=VIEW))
    value = BETTER.total(Measure.STOCK_VALUE) / 1e6
    inside = (value >= frame["p5"].to_numpy()) & (value <= frame["p95"].to_numpy())
    assert inside.mean() == pytest.approx(0.9, abs=0.02)
    assert (frame["target"] > 0).all()


def test_stock_in_pallets_shows_the_room_of_the_store():
    frame = frames.stock(BETTER, BASE, view=VIEW, pallets=True)
    assert months(frame)["limit"].eq(700).all()
    assert "700 places" in texts(frame)


def test_service_is_a_share_of_each_month():
    frame = months(frames.service(BETTER, BASE, view=VIEW))
    part = BETTER.total(Measure.SERVED_VALUE) / BETTER.total(Measure.DEMAND_VALUE)
    np.testing.assert_allclose(frame["mean"], part.mean(axis=0))
    assert frame["target"].eq(frame["target"].iloc[0]).all()
    assert frame["target"].iloc[0] == pytest.approx(0.97)


@pytest.mark.parametrize("stated", [False, True])
def test_cumulative_margin_ends_at_the_difference_of_the_horizon(stated):
    each = np.full_like(PROBLEM.demand, 3.0)
    costs = UnitCosts(hold=each, backlog=2 * each, lost=3 * each) if stated else None
    ours, base = (replace(one, problem=replace(PROBLEM, costs=costs)) for one in (BETTER, BASE))
    frame = months(frames.margin(ours, base, view=VIEW))
    whole = slice(0, MONTHS)
    difference = kpi.differences(ours, base, whole)[Kpi.NET_MARGIN]
    last = frame.iloc[-1]
    assert last["mean"] == pytest.approx(difference.mean / 1e6)
    assert last["p5"] == pytest.approx(difference.p5 / 1e6)


def test_margin_of_the_reference_is_flat_and_says_so():
    frame = frames.margin(BASE, BASE, view=VIEW)
    assert months(frame)["mean"].eq(0).all()
    assert texts(frame, "note") == ["Identique à la référence"]


def test_load_has_the_worst_resource_first_and_numbers_above_100():
    frame = frames.load(BASE, None, view=VIEW).to_pandas()
    assert frame["row"].iloc[0] == "Peinture"
    by_rank = frame.groupby("rank")["row"].nunique()
    assert by_rank.eq(1).all()
    shown = frame[frame["text"] != ""]
    assert shown["text"].astype(int).min() > 100
    assert len(frame) <= 8 * MONTHS


@given(st.floats(0, 3), st.floats(0, 3))
def test_a_higher_load_is_never_lighter(one, two):
    low, high = sorted((one, two))
    assert int(load_level(low)) <= int(load_level(high))


def test_load_without_capacity_says_so():
    bare = company(capacity=False)
    frame = frames.load(outcome(bare), None, view=VIEW)
    assert len(frame) == 1
    assert "capacité" in texts(frame, "note")[0]


def test_load_without_limits_shows_hours():
    free = unlimited(PROBLEM)
    frame = frames.load(replace(BASE, problem=free), None, view=VIEW)
    assert frames.load_unit(free) == "h"
    assert frames.load_unit(PROBLEM) == "%"
    assert set(frame["level"].to_pylist()) == {"none"}


def test_required_load_is_demand_times_hours_over_capacity():
    frame = frames.required_load(PROBLEM, view=VIEW).to_pandas()
    one = frame[(frame["row"] == "Peinture") & (frame["month"] == "2027-05")]
    need = float(PROBLEM.routing[:, 0] @ PROBLEM.demand[:, 4]) / PROBLEM.capacity[0, 4]
    assert one["text"].item() == FR.number(100 * need)


def test_a_company_without_prices_is_shown_in_units():
    bare = company(money=False)
    units = frames.units_for(bare, FR)
    view = frames.View(text=FR, units=units)
    result = outcome(bare, decisions=0.5)
    frame = months(frames.balance(result, None, view=view))
    np.testing.assert_allclose(
        frame["mean"], result.total(Measure.SERVED_UNITS).mean(axis=0) / units.flow.factor
    )
    assert "€" not in units.flow.label + units.stock.label
    assert not frame["t_mean"].str.contains("€").any()


def test_units_do_not_depend_on_the_scenario_but_on_the_company():
    assert UNITS.flow.label == "M€"
    small = replace(PROBLEM, demand=PROBLEM.demand / 1000)
    assert frames.units_for(small, EN).flow.label == "€k"
    assert frames.units_for(company(currency="USD"), text_for("en", "USD")).flow.label == "$M"


@pytest.mark.parametrize("name", ["balance", "stock", "service", "margin", "load"])
def test_frames_are_small_and_have_one_shape(name):
    make = getattr(frames, name)
    one, two = make(BETTER, BASE, view=VIEW), make(BASE, BASE, view=VIEW)
    assert one.schema == two.schema
    assert len(one) <= 24 * 7


@pytest.mark.parametrize("letter", LETTERS)
def test_the_letter_is_in_the_data(letter):
    frame = frames.stock(BETTER, BASE, view=replace(VIEW, letter=letter))
    assert set(months(frame)["letter"]) == {letter}
    assert any(words.startswith(f"{letter} ") for words in texts(frame))


@pytest.mark.parametrize("density", Density)
@given(values=st.lists(st.floats(0, 10), min_size=1, max_size=6))
def test_labels_are_one_line_apart_and_in_order(density, values):
    places = replace(VIEW, density=density).spread(values, low=0.0, high=10.0)
    step = replace(VIEW, density=density).lines(1) * 10
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(np.array(places)[order]) >= step - 1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4, unique=True))
def test_labels_with_room_stay_where_they_are(values):
    gaps = np.diff(np.sort(values))
    step = float(gaps.min()) * 0.5 if gaps.size else 0.1
    assert move_apart(values, step=step, low=0.0, high=1.0) == pytest.approx(values)


def test_tooltips_read_like_the_text():
    row = months(frames.balance(BETTER, BASE, view=VIEW)).iloc[0]
    assert row["t_month"] == "janv.\u00a02027"
    assert row["t_scenario"] == "A"
    assert row["t_mean"].endswith("\u00a0M€")
    assert "–" in row["t_band"]
    assert row["t_difference"][0] in "+−0"


def test_overlay_has_all_scenarios_and_one_band():
    frame = frames.overlay(
        {"A": BETTER, "B": BEST}, BASE, view=replace(VIEW, letter="B"), measure="service"
    )
    shown = months(frame)
    assert set(shown["letter"]) == {"A", "B"}
    assert shown.loc[shown["letter"] == "A", "p5"].isna().all()
    assert shown.loc[shown["letter"] == "B", "p5"].notna().all()
    assert {"A", "B", "réf."} <= set(texts(frame))


@pytest.mark.parametrize("measure", ["service", "stock", "balance", "margin"])
def test_overlay_agrees_with_the_single_chart(measure):
    view = replace(VIEW, letter="A")
    whole = months(frames.overlay({"A": BETTER}, BASE, view=view, measure=measure))
    single = months(getattr(frames, measure)(BETTER, BASE, view=view))
    np.testing.assert_allclose(whole["mean"], single["mean"])


def test_small_multiple_says_its_name_and_total():
    frame = frames.multiple(BEST, BASE, view=replace(VIEW, letter="B"), total=0.9981)
    assert texts(frame, "name") == ["B · service 99,8\u202f%"]


def test_bridge_steps_add_up_to_the_scenario():
    first, last = (kpi.estimates(each, WINDOW)[Kpi.NET_MARGIN] for each in (BASE, BEST))
    steps = tuple(
        Step(kind="x", card=None, effect=kpi.differences(b, a, WINDOW)[Kpi.NET_MARGIN])
        for a, b in ((BASE, BETTER), (BETTER, BEST))
    )
    whole = Bridge(kpi=Kpi.NET_MARGIN, reference=first, steps=steps, result=last, exact=True)
    frame = frames.bridge(whole, ["Anticiper", "Samedis"], view=VIEW).to_pandas()
    assert list(frame["row"]) == ["Référence", "Anticiper", "Samedis", "Scénario A"]
    assert frame["start"].iloc[-1] == pytest.approx(last.mean / 1e6)
    assert frame["end"].iloc[1] == pytest.approx(frame["start"].iloc[2])


def test_bridge_without_cards_says_so():
    first = kpi.estimates(BASE, WINDOW)[Kpi.NET_MARGIN]
    whole = Bridge(kpi=Kpi.NET_MARGIN, reference=first, steps=(), result=first, exact=True)
    assert texts(frames.bridge(whole, [], view=VIEW), "note") == ["Aucun levier actif"]


def test_ranked_shows_five_at_most_longest_first():
    stakes = [(f"L{n}", float(n) * 1e5, "réponse") for n in range(8)]
    frame = frames.ranked(stakes, view=VIEW).to_pandas()
    assert list(frame["row"]) == ["L7", "L6", "L5", "L4", "L3"]
    assert frame["reach"].iloc[0] == 1.0
    assert texts(frames.ranked([], view=VIEW), "note") == ["Rien au rouge"]


def test_fan_joins_history_and_simulated_demand():
    past = pd.DataFrame(
        {"month": pd.date_range("2020-01-01", periods=84, freq="MS"), "value": np.arange(84) * 1e5}
    )
    ahead = frames.simulated_demand(BASE, view=VIEW)
    frame = frames.fan(past, ahead, view=VIEW, unit=UNITS.flow)
    shown = months(frame)
    assert shown["history"].notna().sum() == 36
    assert shown["mean"].notna().sum() == MONTHS
    assert (shown["p5"].dropna() <= shown["p25"].dropna()).all()
    np.testing.assert_allclose(
        shown["mean"].dropna(), BASE.total(Measure.DEMAND_VALUE).mean(axis=0) / 1e6
    )
    assert list(shown["month"]) == sorted(shown["month"])


def test_fan_of_one_family_is_a_part_of_the_whole():
    parts = [
        frames.simulated_demand(BASE, view=VIEW, family=f)["mean"]
        for f in range(len(PROBLEM.families))
    ]
    whole = frames.simulated_demand(BASE, view=VIEW)["mean"]
    np.testing.assert_allclose(np.sum(parts, axis=0), whole)
