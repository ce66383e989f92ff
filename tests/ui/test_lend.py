"""Files are made in threads without a session: they find what the visit had, and share nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit as st

from sim.ui import answers, judging, results, session


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    state: dict[str, object] = {"results.own": {("p", "s"): "own"}}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_a_maker_finds_what_its_visit_worked_out(visit) -> None:
    make = session.lend(lambda: results.own_outcomes().get(("p", "s")))
    visit["results.own"] = {}
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(make).result() == "own"
    assert results.own_outcomes() == {}


def test_makers_share_no_solver_and_leave_nothing_behind(visit) -> None:
    def work() -> tuple[object, object]:
        judging._bridges()["p", "s"] = "made"
        return results._program(), answers._panel()

    with ThreadPoolExecutor(1) as pool:
        first, second = (pool.submit(session.lend(work)).result() for _ in range(2))
    mine = results._program(), answers._panel()
    assert len({id(one) for one in (*first, *second, *mine)}) == 6
    assert judging._bridges() == {}
