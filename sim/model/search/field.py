"""The candidates in the race: what each has scored, and who is out for which reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from sim.errors import SopError
from sim.model.problem import Floats
from sim.model.scenario import Scenario
from sim.model.search.frontier import frontier
from sim.model.search.judge import Prepared, Score
from sim.model.search.race import clearly_below, single_error, upper_limit


class Fate(StrEnum):
    """Why a candidate is out."""

    TWIN = "twin"  # its cards change nothing against an earlier candidate
    IMPOSSIBLE = "impossible"  # no plan keeps a limit
    MISSED = "missed"  # clearly below the service target
    LESS = "less"  # clearly earns less than one that clearly reaches the target or serves more


@dataclass(slots=True, kw_only=True, eq=False)
class Entry:
    """One candidate and what is known of it."""

    scenario: Scenario
    prepared: Prepared | None = None  # dropped with the candidate: plans are large
    scores: dict[int, Score] = field(default_factory=dict)  # by look
    ranks: dict[int, tuple[bool, float]] = field(default_factory=dict)  # greater is better
    fate: Fate | None = None
    reason: SopError | None = None  # of an impossible one


class Field:
    """All candidates; the first one is the reference, which is never forgotten."""

    def __init__(self, scenarios: Sequence[Scenario], *, target: float, error: float, looks: int):
        self.entries = [Entry(scenario=scenario) for scenario in scenarios]
        self.target = target
        self._error = single_error(error=error, looks=looks, candidates=len(scenarios))
        self._level = 0.0  # service of the reference on all draws
        self._leader: Entry | None = None
        self._seen: dict[tuple[str, str], Entry] = {}

    @property
    def reference(self) -> Entry:
        """What the search began with."""
        return self.entries[0]

    @property
    def remaining(self) -> list[Entry]:
        """The candidates that are not out."""
        return [entry for entry in self.entries if entry.fate is None]

    def admit(self, entry: Entry, prepared: Prepared) -> bool:
        """Whether a prepared candidate is a new one."""
        if self._seen.setdefault(prepared.key, entry) is not entry:
            entry.fate = Fate.TWIN
            return False
        entry.prepared = prepared
        return True

    def exclude(self, entry: Entry, reason: SopError) -> None:
        """Note that a candidate has no plan within the limits."""
        entry.reason = reason
        self._drop(entry, Fate.IMPOSSIBLE)

    def begin(self, look: int, score: Score) -> None:
        """Take the reference on all draws: the others' service is measured from it."""
        self._level = float(score.fill.mean())
        self.reference.scores[look] = score
        self.reference.ranks[look] = self._rank(score.fill, score.gain)

    def open(self) -> None:
        """Begin another look: who leads must be found on its draws."""
        self._leader = None

    def record(self, entry: Entry, look: int, score: Score) -> None:
        """Take the score of a candidate, and drop it when it is clearly out."""
        self.note(entry, look, score)
        if entry.fate is not None:
            return
        service = self._service(entry, look)
        if clearly_below(service, self.target, error=self._error):
            self._drop(entry, Fate.MISSED)
        elif upper_limit(-service, error=self._error) <= -self.target:
            self._lead(entry, look)
        self._compare(entry, look)

    def note(self, entry: Entry, look: int, score: Score) -> None:
        """Take a score without a test."""
        entry.scores[look] = score
        entry.ranks[look] = self._rank(self._service(entry, look), score.gain)

    def settle(self, look: int) -> None:
        """Compare everybody with who leads, and with the best of each service, after a look."""
        seen = self.ranked(look)
        gain = np.array([entry.scores[look].gain.mean() for entry in seen])
        fill = np.array([entry.scores[look].fill.mean() for entry in seen])
        best = [seen[place] for place in frontier(-gain, fill)]
        for entry in self.remaining:
            self._compare(entry, look)
            if (
                entry.fate is None
                and look in entry.scores
                and any(self._dominates(one, entry, look) for one in best)
            ):
                self._drop(entry, Fate.LESS)

    def ranked(self, look: int) -> list[Entry]:
        """Candidates with a plan that were seen in a look, best first."""
        seen = [e for e in self.entries if look in e.scores and e.fate is not Fate.IMPOSSIBLE]
        return sorted(seen, key=lambda entry: entry.ranks[look], reverse=True)

    def count(self, fate: Fate) -> int:
        """How many are out for a reason."""
        return sum(entry.fate is fate for entry in self.entries)

    def _lead(self, entry: Entry, look: int) -> None:
        leader = self._leader
        if leader is None or entry.ranks[look] > leader.ranks[look]:
            self._leader = entry

    def _service(self, entry: Entry, look: int) -> Floats:
        """Service of a candidate as on all draws: the reference's there + the difference here.

        The difference varies much less from draw to draw than the service itself (control
        variate with a known mean; Law, Simulation Modeling and Analysis).
        """
        difference = entry.scores[look].fill - self.reference.scores[look].fill
        return np.asarray(self._level + difference)

    def _rank(self, service: Floats, gain: Floats) -> tuple[bool, float]:
        """Reaches the target and earns more; below it, serves more."""
        fill = float(service.mean())
        return (True, float(gain.mean())) if fill >= self.target else (False, fill)

    def _compare(self, entry: Entry, look: int) -> None:
        leader = self._leader
        if leader is None or entry.fate is not None or look not in entry.scores:
            return
        difference = entry.scores[look].gain - leader.scores[look].gain
        if clearly_below(difference, 0.0, error=self._error):
            self._drop(entry, Fate.LESS)

    def _dominates(self, one: Entry, other: Entry, look: int) -> bool:
        """Whether one clearly earns more and clearly serves no less: whatever the target is."""
        ours, theirs = one.scores[look], other.scores[look]
        earns = clearly_below(theirs.gain - ours.gain, 0.0, error=self._error)
        return earns and upper_limit(theirs.fill - ours.fill, error=self._error) <= 0.0

    def _drop(self, entry: Entry, fate: Fate) -> None:
        entry.fate = fate
        if entry is not self.reference:
            entry.prepared = None
