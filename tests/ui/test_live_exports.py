"""The export menu offers what is on the screen, in files that a planner can read."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd

from sim.report.export import Stamp
from sim.report.frames import View, fan, units_for
from sim.report.style import Theme
from sim.report.text import text_for
from sim.ui import downloads
from sim.ui.live_exports import on_screen
from tests.report.outcomes import company


def test_without_capacity_there_is_no_load_to_take_away() -> None:
    problem = company()
    assert on_screen(problem) == ("balance", "stock", "service", "load", "margin")
    free = replace(problem, routing=np.zeros_like(problem.routing))
    assert not free.has_capacity
    assert on_screen(free) == ("balance", "stock", "service", "margin")


def test_the_numbers_of_a_forecast_chart_have_words_and_real_months() -> None:
    text = text_for("fr")
    view = View(text=text, units=units_for(company(), text))
    past = pd.DataFrame({"month": [date(2026, 12, 1)], "value": [2e6]})
    ahead = pd.DataFrame({"month": [date(2027, 1, 1)], "mean": [1e6], "p5": [5e5], "p95": [2e6]})
    unit = replace(view.units.flow, factor=1e6, label="M€")
    made = datetime(2027, 1, 1, tzinfo=UTC)
    stamp = Stamp(scenario="", data_as_of=made.date(), author="", made_at=made, hash="")
    picture = downloads.Picture(
        name="fan",
        rows=fan(past, ahead, view=view, unit=unit),
        spec={},
        theme=Theme.LIGHT,
        text=text,
        stamp=stamp,
        unit="M€",
    )
    table = downloads._numbers(picture).table
    assert list(table["Mois"]) == [date(2026, 12, 1), date(2027, 1, 1)]
    assert set(table.columns) == {"Mois", "Réalisé (M€)", "Moyenne (M€)", "P5 (M€)", "P95 (M€)"}
    assert table["P95 (M€)"].tolist()[1] == 2.0
