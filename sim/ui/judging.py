"""Decision aids on a page: scenarios judged with progress, and a way to stop.

A button that is pressed while a page is computed ends that run of the page: that is how a long
computation is cancelled. What was judged until then stays known, so that it goes on from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model.aids import EXACT, Bridge, Values, bridge
from sim.model.aids.aim import Aim
from sim.model.kpi import Kpi
from sim.model.outcome import Outcome
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.report.text import Text
from sim.ui import answers, session

BRIDGES_KEPT = 12  # in a visit; the scenarios behind them are known to ``answers``
Found = TypeVar("Found")


@dataclass(slots=True, kw_only=True)
class Work:
    """What a computation asks for; each scenario it asks for moves the bar."""

    problem: Problem
    expected: int  # scenarios, about
    told: Callable[[float], None]
    asked: int = 0

    def judge(self, scenarios: Sequence[Scenario]) -> list[Values]:
        """KPIs of scenarios, draw by draw."""
        return answers.judged_all(self.problem, scenarios, told=self._step)

    def aimed(self, scenarios: Sequence[Scenario], aim: Aim) -> list[answers.Aimed]:
        """Means of the aimed KPI and of the net margin."""
        return answers.aimed_all(self.problem, scenarios, aim, told=self._step)

    def look(
        self,
        scenarios: Sequence[Scenario],
        seen: Callable[[Outcome], Found],
        *,
        name: str,
    ) -> list[Found]:
        """What is read from outcomes; ``name`` is what it is known by."""
        return answers.seen_in(self.problem, scenarios, seen, name=name, told=self._step)

    def _step(self) -> None:
        self.asked += 1
        self.told(min(1.0, self.asked / max(1, self.expected)))


def with_progress(
    text: Text, problem: Problem, compute: Callable[[Work], Found], *, expected: int, key: str
) -> Found | None:
    """Compute under a bar; None after the visitor has stopped it.

    Parameters
    ----------
    compute : what to do, asking ``Work`` for scenarios
    expected : how many scenarios it will ask for, about
    key : names the computation; what it depends on belongs into it
    """
    stopped = f"judging.{key}.stopped"
    place = st.empty()
    if st.session_state.get(stopped):
        with place.container():
            st.caption(text("ui.judging.stopped"))
            st.button(
                text("ui.judging.again"), key=f"{key}.again", on_click=_forget, args=(stopped,)
            )
        return None
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, text("ui.judging.running"), width="stretch")
        st.button(text("ui.judging.stop"), key=f"{key}.stop", on_click=_stop, args=(stopped,))
    found = compute(Work(problem=problem, expected=expected, told=lambda share: _tell(bar, share)))
    place.empty()
    return found


def bridged(problem: Problem, scenario: Scenario, work: Work | None = None) -> Bridge:
    """Why the net margin moved, kept for this visit; without ``work`` nobody is told."""
    kept, key = _bridges(), (problem.hash, scenario.hash)
    if key not in kept:
        work = work or Work(problem=problem, expected=1, told=lambda _: None)
        kept[key] = bridge(scenario, judge=work.judge, kpi=Kpi.NET_MARGIN)
        while len(kept) > BRIDGES_KEPT:
            del kept[next(iter(kept))]
    return kept[key]


def bridge_or_stopped(text: Text, problem: Problem, scenario: Scenario) -> Bridge | None:
    """The same under a bar; None after the visitor has stopped it."""
    if (problem.hash, scenario.hash) in _bridges():
        return bridged(problem, scenario)
    return with_progress(
        text,
        problem,
        lambda work: bridged(problem, scenario, work),
        expected=2 ** min(len(scenario.active), EXACT),
        key=f"bridge.{scenario.hash[:8]}",
    )


def _bridges() -> dict[tuple[str, str], Bridge]:
    kept: dict[tuple[str, str], Bridge] = session.memory().setdefault("judging.bridges", {})
    return kept


def _stop(key: str) -> None:
    st.session_state[key] = True


def _forget(key: str) -> None:
    st.session_state.pop(key, None)


def _tell(bar: DeltaGenerator, share: float) -> None:
    bar.progress(share)
