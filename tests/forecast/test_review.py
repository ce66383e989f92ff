"""The demand review: what its sentences and its table say of a forecast, and the budget."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.forecast import FITTING, LEAGUE_COLUMNS
from sim.ingest.demo import demo_tables
from sim.report import charts
from sim.report.style import Density, Theme
from sim.report.text import text_for
from sim.store.workspace import Workspace
from sim.ui import demand, forecasting

FR = text_for("fr")
THIN = "\u202f"


def made(*, held, methods=("ses", "ses", "stopped", "combination")):
    lines = [("used", held, 0.143, -0.0166), ("naive", 0.8, 0.12, np.nan)]
    league = pd.DataFrame(
        [
            (name, *lags, wape, bias, 1.0, share, share, 4, 20)
            for name, share, wape, bias in lines
            for lags in ((1, 3), (4, 6))
        ],
        columns=list(LEAGUE_COLUMNS),
    )
    items = [f"i{k}" for k in range(len(methods))]
    frame = pd.DataFrame({"unique_id": items, "mean": [10.0] * len(items)})
    return SimpleNamespace(
        league=league, chosen=pd.DataFrame({"unique_id": items, "method": methods}), frame=frame
    )


@pytest.mark.parametrize(
    ("held", "off", "said"),
    [(0.463, True, f"n’a tenu que 46{THIN}%"), (0.81, False, f"81{THIN}%"), (0.95, True, "large")],
)
def test_a_badly_calibrated_band_is_said(held, off, said):
    sentence, warned = demand.calibration(FR, made(held=held))
    assert said in sentence
    assert warned is off


def test_without_a_coverage_nothing_is_said():
    assert demand.calibration(FR, made(held=np.nan)) is None


def test_the_first_line_is_what_is_used_and_shares_have_their_sign():
    rows = demand.league_rows(FR, made(held=0.8))
    first, second = rows.iloc[0], rows.iloc[1]
    assert first["Méthode"] == "**Retenue, article par article**"
    assert first["Biais"] == f"**\u22121,7{THIN}%**"
    assert first["WAPE"] == f"**14,3{THIN}%**"
    assert second["Biais"] == "–"
    assert second["Articles"] == "0"


def test_methods_are_counted_in_words():
    line = demand.counts_line(FR, made(held=0.8))
    assert "Niveau lissé, sans saison\u00a0(2)" in line
    assert "Arrêté, prévision nulle\u00a0(1)" in line
    assert "Médiane de trois méthodes\u00a0(1)" in line


def test_why_the_total_has_a_season_when_most_items_have_none():
    problem = SimpleNamespace(
        items=("i0", "i1", "i2", "i3"), price=np.full((4, 2), 5.0), has_money=True
    )
    scope = SimpleNamespace(problem=problem)
    line = demand.season_line(FR, scope, made(held=0.8))
    assert "1 sur 4" in line
    assert f"25{THIN}%" in line
    assert demand.season_line(FR, scope, made(held=0.8, methods=("ses", "ses"))) is None


def test_a_job_says_its_step_until_something_is_done():
    job = forecasting.Job()
    job.report(0.0, "forecast.progress.workers")
    assert forecasting.said(job, FR) == "Démarrage des processus de calcul"
    job.items = 200
    job.report(FITTING / 2, "forecast.progress.fit")
    assert "100 articles sur 200" in forecasting.said(job, FR)
    job.items = 0
    job.report(0.5, "forecast.progress.fit")
    assert f"50{THIN}%" in forecasting.said(job, FR)


def test_demand_is_drawn_from_zero():
    spec = charts.fan_spec("fr", Theme.LIGHT, Density.COMFORT, unit="M€")
    scales = [
        layer["encoding"]["y"]["scale"]["zero"]
        for layer in spec["layer"]
        if "scale" in layer.get("encoding", {}).get("y", {})
    ]
    assert scales
    assert all(scales)


def test_budget_of_families_adds_up_and_is_bounded():
    tables = demo_tables().tables
    space = Workspace(tables)
    bounds = {"start": "2027-01-01", "final": "2027-12-01"}
    total = space.query("budget_total", **bounds)
    parts = space.query("budget_by_family", **bounds).groupby("month")[["units", "revenue"]].sum()
    assert len(total) == 12
    np.testing.assert_allclose(parts, total[["units", "revenue"]])
    given = pd.DataFrame(tables["budget"])
    given = given[pd.to_datetime(given["month"]).between("2027-01-01", "2027-12-01")]
    assert total["revenue"].sum() == pytest.approx(given["revenue"].astype(float).sum())


def test_a_budget_by_family_without_units_has_none():
    budget = pd.DataFrame(
        {"family": ["X", "X"], "month": ["2027-01-01", "2027-02-01"], "revenue": [5.0, 6.0]}
    )
    sales = pd.DataFrame({"item": ["a"], "month": ["2026-12-01"], "quantity": [1.0]})
    space = Workspace({"budget": budget, "sales": sales})
    found = space.query("budget_by_family", start="2027-01-01", final="2027-01-01")
    assert found["revenue"].tolist() == [5.0]
    assert found["units"].isna().all()
    assert found["family"].tolist() == ["X"]
