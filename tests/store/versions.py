"""A clock that ticks, and small things to keep in a store."""

from datetime import UTC, datetime, timedelta

from sim.model.problem import PlanMode
from sim.model.scenario import Card, Scenario
from tests.store import company


def ticking():
    """A clock that moves one second at each look."""
    moment = datetime(2026, 12, 5, 9, 0, tzinfo=UTC)

    def now():
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return now


def accept(store, *, author="Anna", files=(), detail=None, seen=None, **tables):
    return store.accept(
        company.tables(**tables),
        name="Tiny",
        settings=company.settings(),
        source="files",
        author=author,
        files=files,
        detail=detail,
        seen=seen,
    )


def scenario(name="A", value=0.1, dataset=""):
    card = Card(id="c1", kind="volume", value=value, note="Ça & là")
    return Scenario(name=name, mode=PlanMode.OPTIMAL, cards=(card,), dataset=dataset)
