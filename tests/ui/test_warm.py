"""The warm start: pages wait for it, and it never keeps a server from starting."""

import gc
import threading
from collections.abc import Iterator

import pytest

from sim.errors import StoreError
from sim.model import kernel
from sim.report.text import text_for
from sim.ui import data, warm


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(warm, "_begun", [])
    yield
    gc.enable()


def test_a_page_waits_for_the_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    go, ready = threading.Event(), threading.Event()
    monkeypatch.setattr(warm, "_load", lambda _: (go.wait(10), ready.set()))
    warm.begin()
    assert not ready.is_set()
    threading.Timer(0.05, go.set).start()
    warm.wait(text_for("fr"))
    assert ready.is_set()


def test_the_page_says_which_step_is_done_and_for_how_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[float, str]] = []

    def load(loading: warm.Loading) -> None:
        for name in warm.STEPS:
            loading.step(name)
            told.append((loading.done, warm.said(text_for("fr"), loading)))

    monkeypatch.setattr(warm, "_load", load)
    warm.begin()
    warm.wait(text_for("fr"))
    assert [done for done, _ in told] == [0, 1, 2, 3]
    assert "moteur de calcul (1 sur 4, 0\u00a0s)" in told[0][1]
    assert "tirages" in told[3][1]


def test_without_warm_up_nobody_waits() -> None:
    warm.wait(text_for("en"))


def test_a_store_that_cannot_be_opened_is_left_to_the_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def closed() -> None:
        raise StoreError("error.store.unreachable", url="x", reason="y")

    monkeypatch.setattr(kernel, "warm_up", lambda _: None)
    monkeypatch.setattr(data, "store", closed)
    gc.disable()
    warm.begin()
    warm.wait(text_for("en"))
    assert gc.isenabled()
    gc.unfreeze()
