"""What the browser and a link may say about month and family, and what is done with it."""

import pytest
import streamlit as st

from sim.errors import LeverError
from sim.model.scenario import Scenario
from sim.report.text import text_for
from sim.ui import data, focus
from sim.ui.room import NOTHING, Focus, Room, Step
from tests.report.outcomes import company

PROBLEM = company()
EN = text_for("en")
LOOKED = (Focus(month="2027-11"), Focus(family="POE"), Focus(month="2028-06", family="COC"))


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    scenario = Scenario()
    made = Room(dataset="d", steps=[Step(base=scenario, saved_id="", current=scenario)])
    monkeypatch.setattr(focus, "current_room", lambda: made)
    monkeypatch.setattr(data, "problem", lambda dataset: PROBLEM)
    return made


def click(monkeypatch: pytest.MonkeyPatch, body: object) -> None:
    monkeypatch.setattr(st, "session_state", {focus.KEY: body})
    focus._asked()


@pytest.mark.parametrize("looked", [NOTHING, *LOOKED])
def test_a_link_comes_back_as_it_was_written(looked: Focus) -> None:
    assert focus.read(PROBLEM, focus.written(looked).get("focus", "")) == looked


@pytest.mark.parametrize(
    "value",
    ["2026-11", "2027-13", "POE", "~~", "~poe", "x" * 9000, "<script>", "2027-11~X", "2027-11~~"],
)
def test_a_hostile_link_is_refused(value: str) -> None:
    with pytest.raises(LeverError) as caught:
        focus.read(PROBLEM, value)
    assert caught.value.key == "error.link.focus"
    assert len(str(caught.value.values["value"])) <= 40


@pytest.mark.parametrize("looked", LOOKED)
def test_a_click_is_all_that_is_wanted(monkeypatch, room: Room, looked: Focus) -> None:
    click(monkeypatch, {"asked": {"month": looked.month, "family": looked.family}})
    assert room.focus == focus.held(PROBLEM) == looked
    click(monkeypatch, {"asked": {"month": "", "family": ""}})
    assert room.focus == NOTHING


@pytest.mark.parametrize(
    "body",
    [None, {}, {"asked": None}, {"asked": "x"}, {"asked": {"month": 3, "family": ["POE"]}}],
)
def test_what_no_click_sends_shows_everything(monkeypatch, room: Room, body) -> None:
    click(monkeypatch, body)
    assert room.focus == NOTHING


def test_other_data_do_not_know_the_month(room: Room) -> None:
    room.focus = Focus(month="2019-01", family="POE")
    assert focus.held(PROBLEM) == Focus(family="POE")


def told(looked: Focus, *, compact: bool = False, families: int = 4) -> dict:
    names = [(f"F{n}", f"Family {n}") for n in range(families)]
    one = focus.Told(focus=looked, families=names, month="", line="", note="", compact=compact)
    return focus.payload(EN, PROBLEM, one)


def test_months_have_neighbours_inside_the_horizon() -> None:
    around = {
        month: (told(Focus(month=month))["before"], told(Focus(month=month))["after"])
        for month in ("2027-01", "2027-11", "2028-06")
    }
    assert around["2027-01"] == ("2027-01", "2027-02")
    assert around["2027-11"] == ("2027-10", "2027-12")
    assert around["2028-06"] == ("2028-05", "2028-06")


def test_families_are_buttons_while_there_is_room() -> None:
    assert not told(NOTHING)["list"]
    assert not told(NOTHING, compact=True)["list"]
    assert told(NOTHING, compact=True, families=5)["list"]
    assert told(NOTHING, families=7)["list"]
    assert told(Focus(month="2027-11"))["list"]
    assert told(NOTHING, families=1)["families"] == []
