"""The pictures of the decision page: what is missing where, and the two ends of each lever."""

import json

import numpy as np
import pytest
import vl_convert

from sim.model.aids.seek import Lever
from sim.model.aids.spread import Swing
from sim.model.kpi import Estimate
from sim.model.outcome import Measure
from sim.model.scenario import Card
from sim.report import charts, frames
from sim.report.charts.decide import PICKED
from sim.report.frames.decide import Scale
from sim.report.style import REFERENCE, Density, Theme
from sim.report.text import text_for
from tests.report.outcomes import FAMILIES, MONTHS, company, outcome
from tests.report.test_charts import fields

FR = text_for("fr")
BASE = outcome(company())
VIEW = frames.View(text=FR, units=frames.units_for(BASE.problem, FR), letter="B")
LOOK = ("fr", Theme.LIGHT, Density.COMFORT)


def swing(low: float, high: float, name: str = "a") -> Swing:
    lever = Lever(card=Card(id=name, kind="saturdays", value=0.1), positions=(0.0, 0.1, 0.2))
    ends = [Estimate(mean=one, p5=one, p95=one, error=2e3) for one in (low, high)]
    return Swing(lever=lever, low=0.0, high=0.2, at_low=ends[0], at_high=ends[1])


def scale() -> Scale:
    return Scale(factor=1e3, write=lambda found: FR.money(found.mean, sign=True))


def test_missing_is_demand_less_served_of_each_family_and_month():
    demand = BASE.families[Measure.DEMAND_VALUE] - BASE.families[Measure.SERVED_VALUE]
    np.testing.assert_allclose(frames.missing(BASE), demand.mean(axis=0))
    units = outcome(company(money=False))
    demand = units.families[Measure.DEMAND_UNITS] - units.families[Measure.SERVED_UNITS]
    np.testing.assert_allclose(frames.missing(units), demand.mean(axis=0))


def test_the_heat_table_has_a_cell_for_each_family_and_month_and_frames_one():
    rows = frames.gap(BASE, BASE, view=VIEW, chosen=(1, 10)).to_pandas()
    assert len(rows) == len(FAMILIES) * MONTHS
    framed = rows[rows["chosen"] == "yes"]
    assert list(framed["family"]) == ["POE"]
    assert list(framed["month"]) == ["2027-11"]
    gaps = frames.missing(BASE)
    ranks = rows.groupby("rank")["family"].first()
    assert list(ranks) == [FAMILIES[f] for f in np.argsort(-gaps.sum(axis=1), kind="stable")]
    worst = rows[rows["level"] == "4"]
    assert FAMILIES[divmod(int(gaps.argmax()), MONTHS)[0]] in set(worst["family"])
    assert set(rows[rows["month"] == "2027-01"]["text"]) == {""}  # nothing missing, no number
    november = framed["text"].item()
    assert november == FR.number(gaps[1, 10] / 1e3)
    demand = BASE.families[Measure.DEMAND_VALUE][:, 1, 10].mean()
    assert framed["t_share"].item() == FR.percent(gaps[1, 10] / demand)


def test_nothing_missing_is_a_sentence():
    served = outcome(company(), decisions=1.0)
    rows = frames.gap(served, BASE, view=VIEW, chosen=(0, 0)).to_pylist()
    assert [row["part"] for row in rows] == ["note"]


def test_a_small_gap_is_not_red():
    nearly = outcome(company(), decisions=0.9999)
    rows = frames.gap(nearly, BASE, view=VIEW, chosen=(0, 0)).to_pandas()
    assert set(rows["level"]) == {"0"}


def test_each_lever_has_two_bars_from_zero_in_the_order_of_the_swings():
    labels = [("Samedis", "0 %", "20 %"), ("Anticipation", "0 €", "1 M€")]
    found = [swing(-40e3, 120e3), swing(0.0, 50e3, "b")]
    rows = frames.tornado(found, labels, view=VIEW, scale=scale()).to_pylist()
    assert [(row["row"], row["rank"], row["end"]) for row in rows] == [
        ("Samedis", 0, -40.0),
        ("Samedis", 0, 120.0),
        ("Anticipation", 1, 0.0),
        ("Anticipation", 1, 50.0),
    ]
    assert [row["tone"] for row in rows] == [REFERENCE, "B"] * 2
    assert [row["text"] for row in rows[:2]] == ["0 %", "20 %"]
    assert rows[1]["t_value"] == "+120\xa0k€"
    still = frames.tornado([swing(0.0, 0.0)], labels[:1], view=VIEW, scale=scale()).to_pylist()
    assert [row["part"] for row in still] == ["note"]


@pytest.mark.parametrize("name", ["gap", "tornado"])
def test_the_specs_ask_for_columns_that_are_there_and_can_be_drawn(name):
    frame = (
        frames.gap(BASE, BASE, view=VIEW, chosen=(0, 0))
        if name == "gap"
        else frames.tornado(
            [swing(-1e3, 2e3)], [("Samedis", "0 %", "20 %")], view=VIEW, scale=scale()
        )
    )
    spec = getattr(charts, f"{name}_spec")(*LOOK, unit="k€")
    assert fields(spec) <= set(frame.column_names)
    body = json.loads(json.dumps(spec)) | {"width": 600}
    svg = vl_convert.vegalite_to_svg({**body, "data": {"values": frame.to_pylist()}})
    assert "<svg" in svg


def test_a_click_selects_a_family_and_a_month():
    cells = charts.gap_spec(*LOOK, unit="k€")["layer"][0]
    param = cells["params"][0]
    assert param["name"] == PICKED
    assert param["select"]["fields"] == ["family", "month"]


def test_a_ranked_list_may_be_written_in_another_unit():
    frame = frames.ranked(
        [("Demande", 0.8, "")], view=VIEW, red=False, write=lambda x: FR.percent(x, 0)
    )
    assert frame["text"].to_pylist() == ["80\u202f%"]
    assert frame["tone"].to_pylist() == [REFERENCE]
