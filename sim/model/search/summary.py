"""What is said at the end: estimates, paired intervals and what is still at stake."""

from sim.model import kpi
from sim.model.search.field import Entry, Field
from sim.model.search.race import interval, upper_limit
from sim.model.search.result import Against, Standing


def standing(entry: Entry, look: int) -> Standing:
    """Where a candidate stands in a look."""
    score = entry.scores[look]
    return Standing(
        scenario=entry.scenario,
        draws=len(score.gain),
        margin=kpi.estimate(score.gain),
        service=kpi.estimate(score.fill),
        cost=kpi.estimate(score.cost),
    )


def against(winner: Entry, other: Entry, look: int) -> Against:
    """The winner less another candidate, draw by draw, with 95 % intervals."""
    ours, theirs = winner.scores[look], other.scores[look]
    return Against(
        other=standing(other, look),
        margin=interval(ours.gain - theirs.gain),
        service=interval(ours.fill - theirs.fill),
    )


def at_stake(field: Field, winner: Entry, *, error: float) -> float:
    """The most that a candidate which is not out could earn above the winner [money].

    The largest upper limit of the paired differences, each on the most draws that both have met,
    with the error divided by their number (Bonferroni).
    """
    left = [entry for entry in field.remaining if entry is not winner and entry.scores]
    limits = []
    for entry in left:
        look = max(set(entry.scores) & set(winner.scores))
        difference = entry.scores[look].gain - winner.scores[look].gain
        limits.append(upper_limit(difference, error=error / len(left)))
    return max([0.0, *limits])
