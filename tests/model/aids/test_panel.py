"""The panel: what it says is what single runs say, and whoever leaves stops it."""

import threading
from dataclasses import replace

import pytest

from sim.errors import LeverError
from sim.model.aids import Panel, asked, matrix
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model.aids.test_matrix import OPTIONS, OUTLOOKS
from tests.model.lever_cases import CARDS
from tests.model.test_levers_effect import _draws, _problem

SIX = ("volume", "overtime", "second_source", "prebuild", "safety_stock", "price")


def judged(scenarios, draws):
    found = {
        look.place: look.seen for look in Panel().look(_problem(), scenarios, asked, draws=draws)
    }
    return [found[place] for place in range(len(scenarios))]


def test_two_workers_say_what_single_runs_say() -> None:
    made = matrix(OPTIONS, OUTLOOKS, judge=lambda some: judged(some, _draws()), target=0.9)

    def alone(scenarios):
        return [asked(run(_problem(), one, draws=_draws())) for one in scenarios]

    single = matrix(OPTIONS, OUTLOOKS, judge=alone, target=0.9)
    assert made.cells == single.cells
    assert made.regret.tolist() == single.regret.tolist()


def test_an_error_is_raised_and_whoever_stops_listening_stops_the_workers() -> None:
    bad = Scenario(cards=(replace(CARDS["overtime"], value=9.0),))
    with pytest.raises(LeverError):
        judged([Scenario(), bad, Scenario()], _draws())
    begun, panel = [], Panel()

    def seen(_outcome):
        begun.append(1)

    some = [Scenario(cards=(replace(CARDS["overtime"], value=n / 100),)) for n in range(30)]
    looks = panel.look(_problem(), some, seen, draws=_draws())
    next(looks)
    looks.close()
    assert len(begun) < 12
    assert not [one for one in threading.enumerate() if "_work" in one.name]
    # Nothing is left broken: the same panel answers the next question.
    assert len(list(panel.look(_problem(), some, seen, draws=_draws()))) == len(some)
