"""A month that is marked and a family alone: the figures are those of the frames."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model.kpi_formulas import net_margin_by_month
from sim.model.outcome import Measure
from sim.model.part import of_family
from sim.report import charts, focus, frames
from sim.report.style import Density, Theme
from sim.report.text import text_for
from tests.report.outcomes import company, outcome

FR, EN = text_for("fr"), text_for("en")
PROBLEM = company()
BASE, OURS = outcome(PROBLEM), outcome(PROBLEM, decisions=0.6)
VIEW = frames.View(text=EN, units=frames.units_for(PROBLEM, EN))
CHARTS = ("balance", "stock", "service", "margin", "load")


def rows(name: str, view: frames.View, *, family: int | None = None) -> list[dict]:
    ours, base = OURS, BASE
    if family is not None:
        ours, base = of_family(OURS, family), of_family(BASE, family)
    return getattr(frames, name)(ours, base, view=view).to_pylist()


def marked(found: list[dict]) -> list[dict]:
    return [row for row in found if row["marked"]]


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_marks_the_month_and_no_other(name: str) -> None:
    assert marked(rows(name, VIEW)) == []
    seen = marked(rows(name, replace(VIEW, month=10)))
    assert {row["month"] for row in seen} == {"2027-11"}
    assert len(seen) == (len(PROBLEM.resources) if name == "load" else 1)


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("month", [0, 8, 17])
def test_the_figures_of_the_month_stand_in_the_chart(name: str, month: int) -> None:
    found = rows(name, replace(VIEW, month=month))
    words = {row["text"] for row in found} - {row["text"] for row in rows(name, VIEW)}
    if name == "load":
        assert all(row["text"] for row in marked(found) if row["level"] != "none")
        return
    (row,) = marked(found)
    unit = VIEW.units.stock if name == "stock" else VIEW.units.flow
    said = " ".join(row["text"] for row in found if row["part"] in ("end", "gap"))
    if name == "balance":
        assert f"demand {row['demand']:.1f} · supply {row['mean']:.1f}" in words
    elif name == "service":
        assert f"A {EN.percent(row['mean'], 0)}" in said
    else:
        assert f"A {unit.bare(EN, row['mean'], sign=name == 'margin')}" in said
    if name == "stock":
        assert f"target {row['target']:.1f}" in words


@pytest.mark.parametrize("name", CHARTS)
def test_a_mark_is_data_and_not_in_the_spec(name: str) -> None:
    spec = str(getattr(charts, f"{name}_spec")("en", Theme.LIGHT, Density.COMFORT, unit="M€"))
    assert "datum.marked" in spec
    assert "2027" not in spec


def test_labels_of_late_months_stand_at_the_left() -> None:
    """At the right they would lie on the labels at the ends of the lines."""
    for month, left in ((2, False), (16, True)):
        found = rows("stock", replace(VIEW, month=month))
        key = "2027-03" if month == 2 else "2028-05"
        assert {row["left"] for row in found if (row["part"], row["month"]) == ("end", key)} == {
            left
        }


@pytest.mark.parametrize("family", [None, 0, 1, 2, 3])
def test_the_line_says_what_the_frames_draw(family: int | None) -> None:
    view = replace(VIEW, month=10, part=family is not None)
    ours = OURS if family is None else of_family(OURS, family)
    line = focus.month_line(ours, OURS, view=view)
    (flow,), (held,), (share,) = (
        marked(rows(name, view, family=family)) for name in ("balance", "stock", "service")
    )
    units = ours.total(Measure.DEMAND_UNITS).mean(axis=0)[10]
    assert (
        f"demand {VIEW.units.flow.write(EN, flow['demand'])} ({EN.number(units)}\xa0units)" in line
    )
    assert f"supply {VIEW.units.flow.write(EN, flow['mean'])}" in line
    assert f"served {EN.percent(share['mean'], 0)}" in line
    stock = VIEW.units.stock
    assert f"stock {stock.bare(EN, held['mean'])} for {stock.write(EN, held['target'])}" in line
    worst = int(np.nanargmax(ours.load[:, 10]))
    name = PROBLEM.label("en", "resource", PROBLEM.resources[worst])
    assert f"{name} {EN.percent(OURS.load[worst, 10], 0)}" in line
    assert (" of it here" in line) == (family is not None)


def test_margins_of_the_chart_add_up_but_for_what_belongs_to_no_family() -> None:
    parts = sum(net_margin_by_month(of_family(OURS, f)) for f in range(4))
    shared = OURS.overtime_cost + OURS.outside_cost + OURS.storage_cost
    assert np.allclose(parts - shared, net_margin_by_month(OURS))


def test_bands_of_a_family_come_from_its_draws() -> None:
    found = [row for row in rows("stock", VIEW, family=1) if row["part"] == "month"]
    draws = OURS.families[Measure.STOCK_VALUE][:, 1, :] / VIEW.units.stock.factor
    assert [row["p95"] for row in found] == pytest.approx(np.percentile(draws, 95, axis=0))
    assert [row["mean"] for row in found] == pytest.approx(draws.mean(axis=0))


def test_families_stand_worst_first() -> None:
    missed = np.bincount(PROBLEM.family, BASE.unserved[:, :12].sum(axis=1))
    assert focus.worst_first(BASE) == list(np.argsort(-missed, kind="stable"))
    bare = company(money=False)
    assert sorted(focus.worst_first(outcome(bare))) == [0, 1, 2, 3]


def test_what_is_looked_at_has_a_name() -> None:
    view = replace(VIEW, text=FR)
    assert focus.named(PROBLEM, view=view, family=None) == ""
    assert focus.named(PROBLEM, view=view, family=1) == "Poêles"
    both = focus.named(PROBLEM, view=replace(view, month=10), family=1)
    assert both == "Poêles, nov.\xa02027"


def test_without_prices_or_capacity_the_line_says_what_is_known() -> None:
    bare = company(money=False, capacity=False)
    view = frames.View(text=EN, units=frames.units_for(bare, EN), month=3)
    found = outcome(bare)
    line = focus.month_line(found, found, view=view)
    assert "€" not in line
    assert "%" in line
    assert len(line.split(" · ")) == 4
