"""A company of which nothing but sales is known: no figure that cannot be computed."""

from dataclasses import replace

import numpy as np
import pytest

from sim.ingest.columns import EVERYTHING
from sim.model.kpi import Kpi
from sim.report.text import text_for
from sim.ui import cockpit, data, figures, live, live_exports
from tests.pages.components import parts
from tests.pages.test_pages import words


@pytest.fixture
def bare(visit, monkeypatch):
    """The demo company without prices, capacities and families."""
    visit("cockpit")
    full = data.problem(data.store().latest().id)
    found = replace(
        full,
        price=np.zeros_like(full.price),
        unit_cost=np.zeros_like(full.unit_cost),
        routing=np.zeros_like(full.routing),
        capacity=np.full_like(full.capacity, np.inf),
        families=(EVERYTHING,),
        family=np.zeros_like(full.family),
        labels={},
    )
    found = data.with_family_names(found)
    assert not (found.has_money)
    assert not (found.has_capacity)
    monkeypatch.setattr(data, "problem", lambda _: found)
    return found


def test_the_room_draws_no_margin_and_no_load(visit, bare) -> None:
    assert live.charts_shown(bare) == ("balance", "service", "stock")
    assert live_exports.on_screen(bare) == ("balance", "stock", "service")
    app = visit("pre_sop")
    assert len(app.get("vega_lite_chart")) == 3
    assert not app.error
    assert "room.flip" not in {one.key for one in app.button}


def test_what_is_at_risk_is_red_in_units_too(visit, bare) -> None:
    app = visit("cockpit")
    assert not app.error
    assert cockpit.is_material(bare)
    name, units, _ = cockpit.red_list(text_for("fr"), bare, [])[0]
    assert name.startswith("Tous les articles")
    assert units > cockpit.floor(bare)


def test_its_only_family_has_a_name(visit, bare) -> None:
    assert "Tous les articles" in words(visit("decide"))
    assert bare.label("en", "family", EVERYTHING) == "All items"


def test_no_pallets_are_counted_without_units_per_pallet(visit, bare, monkeypatch) -> None:
    assert Kpi.PALLETS_PEAK in figures.chosen_kpis(bare)
    unknown = replace(bare, pallets_per_unit=np.zeros_like(bare.pallets_per_unit))
    monkeypatch.setattr(data, "problem", lambda _: unknown)
    labels = [one["label"] for one in parts(visit("pre_sop"), "figures")["figures"]]
    assert len(labels) == 3
    assert not [one for one in labels if "alettes" in one]
