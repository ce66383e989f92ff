"""How viewers are told that there is something else: only then, one by one, the presenter first."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import SimpleNamespace

import pytest
from starlette.requests import Request

from sim.ui import follow_signal, following, live
from sim.ui.follow_signal import Signal
from sim.ui.following import Published
from tests.pages.test_follow import present
from tests.pages.test_room import turn_on

ROOM = "a-room"


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch):
    """Let the presenter of the room show a screen of this number, since so many seconds."""

    def show(number: int, since: float = 10.0) -> None:
        at = time.monotonic() - since
        screen = SimpleNamespace()
        published = Published(number=number, screen=screen, at=at, began=at)  # type: ignore[arg-type]
        monkeypatch.setitem(following._rooms, ROOM, published)

    monkeypatch.setattr(follow_signal, "PATIENCE", 0.5)
    monkeypatch.setattr(follow_signal, "LOOK", 0.05)
    return show


def asked(drawn: str, room: str = ROOM) -> Request:
    headers = [(b"x-room", room.encode())]
    query = f"drawn={drawn}".encode()
    return Request({"type": "http", "headers": headers, "query_string": query})


def answers(*requests: Request) -> list[tuple[str, float]]:
    """The answers to requests made at once, and after how many seconds each came."""

    async def all_of_them() -> list[tuple[str, float]]:
        signal, began = Signal(), time.monotonic()

        async def one(request: Request) -> tuple[str, float]:
            answer = await signal.answer(request)
            return bytes(answer.body).decode(), time.monotonic() - began

        found = await asyncio.gather(*(one(request) for request in requests))
        assert signal.waiting == 0
        return list(found)

    # In a thread: the browser of other tests keeps a loop of its own in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(all_of_them())).result()


def test_a_viewer_who_has_drawn_it_hears_nothing_until_patience_ends(shows) -> None:
    shows(7)
    ((told, took),) = answers(asked("7"))
    assert told == "7"
    assert took >= 0.5


def test_another_number_is_told_at_once_when_the_movement_rests(shows) -> None:
    shows(8)
    ((told, took),) = answers(asked("7"))
    assert told == "8"
    assert took < 0.3
    shows(9, since=0.1)  # the presenter's browser is still painting
    ((told, took),) = answers(asked("8"))
    assert told == "9"
    assert following.REST - 0.15 < took < 0.5


def test_a_room_that_is_over_is_told_once(shows) -> None:
    ((told, took), (again, long)) = answers(asked("7", "gone"), asked("0", "gone"))
    assert (told, again) == ("0", "0")
    assert took < 0.3 < long


def test_viewers_are_told_one_after_another(shows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_signal, "APART", 0.05)
    shows(8)
    times = sorted(took for _, took in answers(*(asked("7") for _ in range(5))))
    assert min(after - before for before, after in pairwise(times)) > 0.04


def test_the_step_of_the_presenter_goes_first_but_not_for_long(
    shows, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows(8)
    monkeypatch.setitem(following._steps, ROOM, time.monotonic() - following.STEP + 0.3)
    ((told, took),) = answers(asked("7"))
    assert told == "8"
    assert 0.25 < took < 0.6


def test_steps_without_a_pause_hold_nobody_back_for_long(
    shows, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows(8)
    monkeypatch.setattr(following, "presenter_steps", lambda: True)
    times = [took for _, took in answers(*(asked("7") for _ in range(5)))]
    assert max(times) < following.STEP + 0.4


def test_no_more_requests_wait_than_the_server_bears(
    shows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow_signal, "MOST", 2)
    shows(7)
    assert sorted(told for told, _ in answers(*(asked("7") for _ in range(3)))) == ["", "7", "7"]


def test_a_step_of_the_presenter_is_over_when_it_is_shown(visit) -> None:
    app = visit("pre_sop")
    code = present(app)
    turn_on(app, "saturdays")
    assert code not in following._steps
    assert following.followed(code)


def test_a_screen_is_made_once_for_viewers_who_look_alike(
    visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = turn_on(visit("pre_sop"), "saturdays")
    code = present(app)
    made, parts = [], live.chart_parts
    monkeypatch.setattr(live, "chart_parts", lambda *given: made.append(given) or parts(*given))
    specs = []
    for lang, charts in (("fr", 4), ("fr", 4), ("en", 8), ("fr", 8)):
        viewer = visit("follow", lang, room=code)
        specs.append([one.proto.spec for one in viewer.get("vega_lite_chart")])
        assert len(specs[-1]) == 4
        assert len(made) == charts
    assert specs[0] == specs[1] == specs[3] != specs[2]
