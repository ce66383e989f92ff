"""Plans that the mode cannot keep: a sentence under the choice of the plan, never a traceback."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from sim.model.planner import Program
from sim.model.stated import PlanLimits
from sim.ui import data, native_levers, results
from tests.pages.components import parts


def told(app: AppTest) -> str:
    assert not app.exception
    assert [one.value for one in app.error] == []
    assert len(parts(app, "figures")["figures"]) == 5
    return " ".join(one.value for one in app.sidebar.caption)


@pytest.mark.parametrize(
    ("lang", "word", "more"),
    [("fr", "ne peuvent pas l’être", "en tout"), ("en", "must be served", "in all")],
)
def test_a_plan_that_must_break_its_limits_says_which(visit, monkeypatch, lang, word, more) -> None:
    read = data.problem

    def served(dataset: str):
        """The company as it is, and all demand must be served."""
        problem = read(dataset)
        free = np.full(problem.demand.shape, np.inf)
        closing = np.zeros(len(problem.items))
        limits = PlanLimits(unmet=0.0 * problem.demand, stock=free, closing=closing)
        return replace(problem, limits=limits)

    monkeypatch.setattr(data, "problem", served)
    app = visit("pre_sop", lang, mode="optimal")
    sentence = told(app)
    assert sentence.count(":material/warning:") == 1
    assert word in sentence
    assert more in sentence


def test_a_plan_that_ran_out_of_time_says_so(visit, monkeypatch) -> None:
    monkeypatch.setattr(results, "_program", lambda: Program(time_limit=0.0))
    app = visit("pre_sop", "en", mode="optimal", **{"c.saturdays": "0.1234"})
    assert "No proven optimum" in told(app)


def test_stock_that_fits_in_no_store_is_told(visit) -> None:
    """Chase with stock built ahead is not refused: it pays for the places, and says so."""
    app = visit("pre_sop", "en")
    app.toggle(key=native_levers.on_key("prebuild")).set_value(True).run()
    assert "pallets" in told(app)


def test_a_plan_that_keeps_its_limits_has_nothing_to_say(visit) -> None:
    assert ":material/warning:" not in told(visit("pre_sop", "en"))


@pytest.mark.parametrize(("lang", "word"), [("fr", "par famille"), ("en", "by family")])
def test_a_plan_of_many_items_says_that_it_is_made_by_family(
    visit, monkeypatch, lang, word
) -> None:
    monkeypatch.setattr(results, "_program", lambda: Program(most_items=1))
    app = visit("pre_sop", lang, mode="optimal", **{"c.saturdays": "0.0987"})
    assert word in told(app)
