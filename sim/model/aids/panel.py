"""Many scenarios judged by two workers, each with a linear programme that it keeps warm.

One worker begins with the first scenario, the other with the last, and they meet: neighbours in
the list, which differ least, are planned one after the other by the same programme.
"""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from sim.model.draws import Draws
from sim.model.outcome import Outcome
from sim.model.planner import LIVE_ITEMS, TIME_LIMIT, Program
from sim.model.problem import Problem
from sim.model.run import run
from sim.model.scenario import Scenario

WORKERS = 2

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(Generic[Seen]):
    """What was seen of one scenario of a list."""

    place: int
    seen: Seen
    late: bool  # its plan ran out of time: nobody else's answer


class Panel:
    """Two workers and their programmes; keep one per session."""

    def __init__(self, *, time_limit: float = TIME_LIMIT) -> None:
        self._programs = [
            Program(time_limit=time_limit, most_items=LIVE_ITEMS) for _ in range(WORKERS)
        ]

    def look(
        self,
        problem: Problem,
        scenarios: Sequence[Scenario],
        seen: Callable[[Outcome], Seen],
        *,
        draws: Draws,
    ) -> Generator[Look[Seen], None, None]:
        """What ``seen`` reads from the outcome of each scenario, in the order they are finished.

        Whoever stops listening stops the workers: each ends the scenario it is at.

        Raises
        ------
        LeverError, SopErrors: a card that cannot be applied.
        """
        left = deque(enumerate(scenarios))
        crew = self._programs[: len(scenarios)]
        said: SimpleQueue[Look[Seen] | Exception] = SimpleQueue()

        def judge(place: int, scenario: Scenario, program: Program) -> Look[Seen]:
            threads = 1 + WORKERS - len(crew)  # one alone has both cores
            found = run(problem, scenario, draws=draws, program=program, threads=threads)
            return Look(place=place, seen=seen(found), late=found.plan.late)

        ends = zip(crew, (left.popleft, left.pop), strict=False)
        threads = [
            Thread(target=_work, args=(take, partial(judge, program=program), said))
            for program, take in ends
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in scenarios:
                yield _heard(said)
        finally:
            left.clear()
            for thread in threads:
                thread.join()


def _work(
    take: Callable[[], tuple[int, Scenario]],
    judge: Callable[[int, Scenario], Look[Seen]],
    said: "SimpleQueue[Look[Seen] | Exception]",
) -> None:
    while True:
        try:
            place, scenario = take()
        except IndexError:
            return  # nothing is left
        try:
            said.put(judge(place, scenario))
        except Exception as error:
            said.put(error)  # raised where the answer is waited for


def _heard(said: "SimpleQueue[Look[Seen] | Exception]") -> Look[Seen]:
    answer = said.get()
    if isinstance(answer, Exception):
        raise answer
    return answer
