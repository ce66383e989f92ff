"""Decision aids on a page: scenarios judged with progress, and a way to stop.

A button that is pressed while a page is computed ends that run of the page: that is how a long
computation is cancelled. What was judged until then stays known, so that it goes on from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.model.aids import Values
from sim.model.aids.aim import Aim
from sim.model.outcome import Outcome
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.report.text import Text
from sim.ui import results

Found = TypeVar("Found")


@dataclass(slots=True, kw_only=True)
class Work:
    """What a computation asks for; each scenario it asks for moves the bar."""

    problem: Problem
    expected: int  # scenarios, about
    told: Callable[[float], None]
    asked: int = 0

    def judge(self, scenario: Scenario) -> Values:
        """KPIs of a scenario, draw by draw."""
        found = results.judged(self.problem, scenario)
        self._step()
        return found

    def aimed(self, scenario: Scenario, aim: Aim) -> tuple[float, float]:
        """Means of the aimed KPI and of the net margin."""
        found = results.aimed(self.problem, scenario, aim)
        self._step()
        return found

    def outcome(self, scenario: Scenario) -> Outcome:
        """The whole outcome of a scenario."""
        found = results.passing(self.problem, scenario)
        self._step()
        return found

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


def _stop(key: str) -> None:
    st.session_state[key] = True


def _forget(key: str) -> None:
    st.session_state.pop(key, None)


def _tell(bar: DeltaGenerator, share: float) -> None:
    bar.progress(share)
