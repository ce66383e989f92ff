"""Gap table: what each family misses in each month, and what stands in its way."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sim.model.outcome import Measure, Outcome
from sim.model.problem import Floats, Ints, Problem, ResourceKind

LOOK_BACK = 3  # months: a shortage may be caused by a release that was cut earlier
FULL = 0.98  # share of the room from which a store is full
NONE = -1  # no resource


class Kind(StrEnum):
    """What a gap comes from."""

    CAPACITY = "capacity"  # hours of a resource
    MATERIAL = "material"  # what a supplier can deliver
    STORAGE = "storage"  # no room to build ahead
    LEAD_TIME = "lead_time"  # nothing that is released now arrives in time
    PLAN = "plan"  # the plan makes less than expected demand though nothing is full
    SWINGS = "swings"  # demand above what was expected, or a loss, that stock does not cover


REST = (Kind.STORAGE, Kind.LEAD_TIME, Kind.PLAN, Kind.SWINGS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One name for a gap; ``resource`` is an index for capacity and material, else ``NONE``."""

    kind: Kind
    resource: int = NONE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gaps:
    """Demand not served on time by cause k, family f and month t, mean over draws."""

    causes: tuple[Cause, ...]
    money: Floats  # (K, F, T) at net price; zeros without prices
    units: Floats  # (K, F, T)


def gaps(outcome: Outcome) -> Gaps:
    """Unserved demand of an outcome by cause, family and month.

    Every item and month has one cause, the first that holds: its lead time reaches behind the
    start of the horizon; a resource cut the release it waited for (``held_by``); the store was
    full the month before; the plan itself leaves expected demand open; else the swings of demand.

    Returns
    -------
    Gaps: summed over causes, money is ``outcome.unserved`` by family and units is what the
    families asked for less what they were served.
    """
    problem = outcome.problem
    resources, rest = len(problem.resources), len(REST)
    code = _codes(outcome)
    families = problem.family == np.arange(len(problem.families))[:, None]  # (F, I)
    shape = (resources + rest, len(problem.families), problem.months)
    money, units = np.zeros(shape), np.zeros(shape)
    in_units = unserved_units(outcome)
    for k in range(resources + rest):
        money[k] = families @ np.where(code == k, outcome.unserved, 0.0)
        units[k] = families @ np.where(code == k, in_units, 0.0)
    named = tuple(Cause(kind=_kind(problem, r), resource=r) for r in range(resources))
    return Gaps(causes=(*named, *(Cause(kind=kind) for kind in REST)), money=money, units=units)


def held_by(outcome: Outcome) -> Ints:
    """The resource that cut the release an item was waiting for, or ``NONE``.

    What is missing in month t was cut when it should have been released, one lead time earlier;
    when nothing was cut in that month, in one of the ``LOOK_BACK`` months before. Within its
    first lead time an item waits for nothing that could still be released.

    Returns
    -------
    (I, T)
    """
    problem, limit = outcome.problem, outcome.plan.limit
    months, lead = np.arange(problem.months), problem.lead_time[:, None]
    held = np.full(limit.shape, NONE, dtype=np.int64)
    for back in range(LOOK_BACK + 1):
        past = months - lead - back
        cut = np.take_along_axis(limit, np.maximum(past, 0), axis=1)
        held = np.where((held < 0) & (past >= 0), cut, held)
    return held


def unserved_units(outcome: Outcome) -> Floats:
    """Units not served on time, by item.

    Families are simulated in units, items in money: what a family misses is shared among its
    items as money over price says, among items without a price by their demand.

    Returns
    -------
    (I, T) [units]
    """
    problem = outcome.problem
    asked = outcome.families[Measure.DEMAND_UNITS] - outcome.families[Measure.SERVED_UNITS]
    missed = np.maximum(asked.mean(axis=0), 0.0)  # (F, T)
    priced = problem.price > 0
    worth = np.divide(
        outcome.unserved, problem.price, out=np.zeros_like(problem.price), where=priced
    )
    members = problem.family == np.arange(len(problem.families))[:, None]
    rest = np.maximum(missed - members @ worth, 0.0)
    bare = np.where(priced, 0.0, problem.demand)
    weight = worth + _shared(rest, bare, members, problem.family)
    even = members @ weight <= 0  # a family that misses units no item answers for
    weight = np.where(even[problem.family], problem.demand, weight)
    return _shared(missed, weight, members, problem.family)


def _shared(total: Floats, weight: Floats, members: Floats, family: Ints) -> Floats:
    """(I, T) a total by family, shared among its items in proportion to their weights."""
    whole = (members @ weight)[family]
    part = np.divide(weight, whole, out=np.zeros_like(weight), where=whole > 0)
    return np.asarray(part * total[family])


def _codes(outcome: Outcome) -> Ints:
    """(I, T) index into the causes of ``Gaps``: resources first, then ``REST``."""
    problem, resources = outcome.problem, len(outcome.problem.resources)
    storage, lead, plan, swings = range(resources, resources + len(REST))
    held = held_by(outcome)
    short = outcome.plan.stock < -1e-6 * (1.0 + problem.demand.mean(axis=1, keepdims=True))
    code = np.where(short, plan, swings)
    code = np.where(_full_before(outcome), storage, code)
    code = np.where(held >= 0, held, code)
    early = np.arange(problem.months) < problem.lead_time[:, None]
    return np.where(early, lead, code)


def _full_before(outcome: Outcome) -> Floats:
    """(T,) whether the planned stock filled the store at the end of the month before."""
    problem = outcome.problem
    pallets = problem.pallets_per_unit @ np.maximum(outcome.plan.stock, 0.0)
    full = pallets >= FULL * (problem.storage + problem.outside_storage)
    return np.concatenate([[False], full[:-1]])


def _kind(problem: Problem, resource: int) -> Kind:
    hours = problem.resource_kind[resource] is ResourceKind.HOURS
    return Kind.CAPACITY if hours else Kind.MATERIAL
