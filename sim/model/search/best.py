"""The search itself: looks at the candidates on more and more draws, then says what it found."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from sim.errors import LeverError, PlanError
from sim.model.draws import Draws
from sim.model.kernel import simulate
from sim.model.outcome import PlanStatus
from sim.model.planner import Program
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.model.search.bound import Bound, bound
from sim.model.search.field import Entry, Fate, Field
from sim.model.search.frontier import frontier, spread_out
from sim.model.search.grid import propose
from sim.model.search.judge import Prepared, Score, glimpse, judge, prepare, tightest
from sim.model.search.race import interval
from sim.model.search.result import Progress, Result, Stage, Standing
from sim.model.search.summary import against, at_stake, standing

ERROR = 0.05  # of what is said: half of it for the race, half for what is at stake at its end
GLIMPSE = 64  # draws that every candidate gets
BLOCKS = (1, 4)  # of draws, for those that are left
FINALISTS, FEWEST = 10, 2
FRONTIER_POINTS = 12
AHEAD = 2  # candidates planned while others are simulated, per thread


class Search:
    """Best plan of many candidates: the linear programme proposes, the simulator judges.

    Better means: reaches the service target and has the higher expected net margin; among those
    that do not reach it, serves more. Iterate over ``steps`` (stop whenever you like, nothing is
    left half done), then ask for the ``result``: it says whether the search came to its end.

    Parameters
    ----------
    problem : the baseline
    scenario : where the search begins; its assumptions hold for every candidate
    draws : all of them; the race sees the first ones. 4,096 are a good number
    target : share of demand served in its month, over the window; 0 = margin alone
    candidates : most scenarios to be judged, 2 or more
    seed : of the choice of candidates
    months : window of the KPIs; None = the whole horizon
    threads : the result does not depend on it
    proposals : scenarios to judge instead of the generated ones, the reference first

    Raises
    ------
    LeverError, SopErrors: a card of the scenario cannot be applied; a target that is no share.
    """

    def __init__(
        self,
        problem: Problem,
        scenario: Scenario | None = None,
        *,
        draws: Draws,
        target: float,
        candidates: int = 500,
        seed: int = 1,
        months: slice | None = None,
        threads: int = 2,
        proposals: Sequence[Scenario] | None = None,
    ) -> None:
        if not 0.0 <= target <= 1.0:
            raise LeverError("error.search.target", value=target)
        begun = scenario or Scenario()
        chosen = proposals or propose(problem, begun, count=candidates, seed=seed)
        self._problem, self._seed, self._target = problem, seed, target
        self._months = months or slice(0, problem.months)
        self._looks = _looks(draws)
        self._field = Field(chosen, target=target, error=ERROR / 2, looks=len(self._looks))
        self._complete = 0  # the last look that everybody who was left has had
        self._frontier_look = 0
        self._best: tuple[Entry, int, Standing] | None = None
        self._finished = False
        self._evaluated = self._simulated = 0
        self._threads = threads
        self._program = Program()

    def steps(self) -> Iterator[Progress]:
        """Run the search; one record after each simulation.

        Raises
        ------
        LeverError ``error.search.nothing_to_move``: no candidate differs from the scenario.
        PlanError: the scenario, or every candidate, breaks a limit.
        """
        everybody, last = self._field.entries, len(self._looks) - 1
        for _, score in self._scores([self._field.reference], self._looks[last]):
            assert score is not None  # noqa: S101 - the reference is always simulated
            self._simulated += self._looks[last].draws
            self._field.begin(last, score)
        for look in range(last):
            wanted = [e for e in everybody if e.fate is None or e is self._field.reference]
            yield from self._look(Stage.RACE, look, wanted)
            self._check(look)
        yield from self._look(Stage.FINAL, last, self._finalists(last - 1))
        yield from self._frontier(last - 1)
        self._frontier_look = last - 1
        self._finished = True

    def result(self) -> Result:
        """What is known by now; the bound is worked out here.

        Raises
        ------
        ValueError: nothing has been simulated yet.
        """
        look, field = self._complete, self._field
        ranked = self._ranked()
        if not ranked or look not in field.reference.scores:
            raise ValueError("nothing has been simulated yet")
        winner = ranked[0]
        fill, (reached, _) = winner.scores[look].fill, winner.ranks[look]
        points = self._on_frontier(self._frontier_look)
        return Result(
            target=self._target,
            seed=self._seed,
            finished=self._finished,
            candidates=len(field.entries),
            evaluated=self._evaluated,
            simulated_draws=self._simulated,
            missed_service=field.count(Fate.MISSED),
            earned_less=field.count(Fate.LESS),
            reached=reached,
            winner=standing(winner, look),
            service=interval(fill),
            reference=against(winner, field.reference, look),
            runner_up=against(winner, ranked[1], look) if len(ranked) > 1 else None,
            at_stake=at_stake(field, winner, error=ERROR / 2),
            finalists=tuple(standing(entry, look) for entry in ranked[:FINALISTS]),
            frontier=tuple(standing(entry, self._frontier_look) for entry in points),
            bound=self._bound(winner, look),
            limit=-1 if reached else self._limit(winner, look),
        )

    def _ranked(self) -> list[Entry]:
        """Candidates on the draws that all who are left have met, best first."""
        ranked = self._field.ranked(self._complete)
        if self._complete == len(self._looks) - 1:
            return ranked
        # Before the end a later look may have dropped one that looked well in this one.
        return [entry for entry in ranked if entry.fate is None] or ranked

    def _bound(self, winner: Entry, look: int) -> Bound | None:
        problem, gain = self._prepared(winner).problem, winner.scores[look].gain
        return bound(problem, gain, self._looks[look], months=self._months)

    def _limit(self, winner: Entry, look: int) -> int:
        ready = self._prepared(winner)
        return tightest(simulate(ready.problem, ready.plan, self._looks[look]))

    def _prepared(self, entry: Entry) -> Prepared:
        """The plan of a candidate, made again when it had been dropped."""
        return entry.prepared or prepare(self._problem, entry.scenario, self._program)

    def _look(self, stage: Stage, look: int, wanted: Sequence[Entry]) -> Iterator[Progress]:
        draws = self._looks[look]
        self._field.open()
        for count, (entry, score) in enumerate(self._scores(wanted, draws), start=1):
            if score is not None:
                self._simulated += draws.draws
                self._field.record(entry, look, score)
            self._evaluated = max(self._evaluated, count)
            yield self._progress(stage, look, evaluated=count, planned=len(wanted))
        self._field.settle(look)
        self._complete = look

    def _scores(
        self, wanted: Sequence[Entry], draws: Draws
    ) -> Iterator[tuple[Entry, Score | None]]:
        """Scores in the order of the candidates; plans are made while others are simulated."""
        # Several blocks keep all threads busy by themselves, and need the memory of one outcome.
        many = self._threads if draws.blocks == 1 else 1
        inside = 1 if draws.blocks == 1 else self._threads
        waiting: deque[tuple[Entry, Future[Score] | None]] = deque()
        with ThreadPoolExecutor(many, thread_name_prefix="search") as pool:
            for entry in wanted:
                ready = self._ready(entry)
                work = None
                if ready is not None:
                    work = pool.submit(judge, ready, draws, months=self._months, threads=inside)
                waiting.append((entry, work))
                if len(waiting) >= AHEAD * many:
                    yield _done(waiting.popleft())
            while waiting:
                yield _done(waiting.popleft())

    def _ready(self, entry: Entry) -> Prepared | None:
        """A candidate with its plan; None for a twin, or when no plan keeps the limits."""
        if entry.scores:
            return self._prepared(entry)
        is_reference = entry is self._field.reference
        try:
            ready = prepare(self._problem, entry.scenario, self._program)
        except PlanError as error:
            if is_reference:
                raise
            self._field.exclude(entry, error)
            return None
        if not self._field.admit(entry, ready):
            return None
        plan = ready.plan
        if plan.late or plan.status is PlanStatus.INFEASIBLE:
            # A broken limit, or no time: whoever opens it might see another plan.
            self._field.exclude(entry, plan.reasons[0])
            return ready if is_reference else None
        return ready

    def _check(self, look: int) -> None:
        """Is there anything to choose from?"""
        entries = self._field.entries
        if all(entry.fate is Fate.IMPOSSIBLE for entry in entries) and entries[0].reason:
            raise entries[0].reason
        if look == 0 and sum(bool(entry.scores) for entry in entries) < 2:
            raise LeverError("error.search.nothing_to_move")

    def _finalists(self, look: int) -> list[Entry]:
        """The best of those that are left, ten at most: the others are clearly out already.

        With less than two, the best that are out: the winner is shown beside the next one.
        """
        left = [entry for entry in self._field.ranked(look) if entry.fate is None]
        out = [entry for entry in self._field.ranked(0) if entry.fate is not None]
        chosen = [*left[:FINALISTS], *out[: max(FEWEST - len(left), 0)]]
        # in the order of the candidates: their linear programmes are alike
        entries = self._field.entries
        return [e for e in entries if e in chosen and e is not self._field.reference]

    def _frontier(self, look: int) -> Iterator[Progress]:
        """Simulate again, on the draws of the race, what nobody beat at first sight."""
        missing = [entry for entry in self._on_frontier(0) if look not in entry.scores]
        yield from self._look_again(look, missing)

    def _look_again(self, look: int, wanted: Sequence[Entry]) -> Iterator[Progress]:
        for count, (entry, score) in enumerate(self._scores(wanted, self._looks[look]), start=1):
            if score is not None:
                self._simulated += self._looks[look].draws
                self._field.note(entry, look, score)
            yield self._progress(Stage.FRONTIER, look, evaluated=count, planned=len(wanted))

    def _on_frontier(self, look: int) -> list[Entry]:
        """Candidates that nobody beats in cost and service, as seen in one look."""
        seen = self._field.ranked(look)
        cost = np.array([float(entry.scores[look].cost.mean()) for entry in seen])
        service = np.array([float(entry.scores[look].fill.mean()) for entry in seen])
        points = spread_out(frontier(cost, service), service, most=FRONTIER_POINTS)
        return [seen[point] for point in points]

    def _progress(self, stage: Stage, look: int, *, evaluated: int, planned: int) -> Progress:
        best = self._best_so_far()
        return Progress(
            stage=stage,
            draws=self._looks[look].draws,
            evaluated=evaluated,
            planned=planned,
            remaining=len(self._field.remaining),
            best=best,
        )

    def _best_so_far(self) -> Standing | None:
        """The best one on the draws that all who are left have met."""
        ranked = self._ranked()
        if ranked and (self._best is None or self._best[:2] != (ranked[0], self._complete)):
            self._best = (ranked[0], self._complete, standing(ranked[0], self._complete))
        return self._best[2] if self._best else None


def _looks(draws: Draws) -> list[Draws]:
    """What the race sees: a few draws, some blocks, at last all draws."""
    first = glimpse(draws, GLIMPSE) if draws.draws > GLIMPSE else draws
    return [first, *(draws.first(blocks) for blocks in BLOCKS if blocks < draws.blocks), draws]


def _done(work: tuple[Entry, Future[Score] | None]) -> tuple[Entry, Score | None]:
    entry, score = work
    return entry, score.result() if score else None
