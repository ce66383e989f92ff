"""Hard limits of a plan, and the bounds and costs of its choices."""

import numpy as np

from sim.model.planner.chase import unlimited_stock
from sim.model.planner.choices import Choices
from sim.model.planner.structure import Structure
from sim.model.problem import Floats, PlanMode, Problem
from sim.model.stated import PlanLimits


def most_unmet(problem: Problem, length: int) -> Floats:
    """(I, T') [units] demand that may stay unmet; free after the horizon."""
    free = np.full((len(problem.items), length), np.inf)
    if problem.limits is not None:
        free[:, : problem.months] = problem.limits.unmet
    return free


def kept_stock(limits: PlanLimits, structure: Structure) -> tuple[Floats, Floats]:
    """Least and most stock (n,) [units] of the item-months with a limit."""
    item, month = structure.limited.T
    last = month == limits.stock.shape[1] - 1
    return np.where(last, limits.closing[item], 0.0), np.asarray(limits.stock[item, month])


def unavoidable_stock(problem: Problem, wanted: Floats) -> Floats:
    """(I, T') [units] above the target that chase holds because nothing can be done about it."""
    stock = unlimited_stock(problem)
    if problem.limits is not None:
        stock[:, -1] = np.maximum(stock[:, -1], problem.limits.closing)
    above = np.maximum(stock - wanted[:, : problem.months], 0.0)
    extra = wanted.shape[1] - problem.months
    return np.pad(above, ((0, 0), (0, extra)), constant_values=np.inf)


def hours(problem: Problem, structure: Structure) -> Floats:
    """(used, T) regular hours that are there before any choice adds to them."""
    regular, chosen = problem.capacity.copy(), structure.choices
    regular[chosen.shifted] = 0.0
    if problem.workforce is not None and chosen.staffed.size:
        force = problem.workforce
        opening = force.hours * force.workers[:, None]
        regular[chosen.staffed] -= opening[chosen.staffed]
    return regular[structure.used]


def choice_costs(problem: Problem, chosen: Choices) -> dict[str, Floats]:
    """Costs of the columns of the choices."""
    costs: dict[str, Floats] = {}
    if problem.workforce is not None:
        force, ones = problem.workforce, np.ones(problem.months)
        costs["workers"] = force.wage[chosen.staffed]
        costs["hires"] = np.outer(force.hire_cost[chosen.staffed], ones)
        costs["layoffs"] = np.outer(force.layoff_cost[chosen.staffed], ones)
    if problem.shifts is not None:
        each = problem.shifts.cost[chosen.pattern[:, 0], chosen.pattern[:, 1]]
        costs["pattern"] = np.outer(each, np.ones(problem.months))
    return costs


def choice_uppers(problem: Problem, structure: Structure) -> dict[str, Floats]:
    """Upper bounds of the columns of the choices.

    A level plan keeps its staff: people come and go once, as early as they can. Chase by the
    simulator's rule decides nothing: they stay.
    """
    chosen = structure.choices
    uppers: dict[str, Floats] = {}
    if problem.workforce is not None:
        force, month = problem.workforce, np.arange(problem.months)
        lead = force.lead[chosen.staffed, None]
        once = (month <= lead) if structure.mode is PlanMode.LEVEL else np.array(True)
        once = np.array(False) if structure.capped else once
        uppers["hires"] = np.where((month >= lead) & once, np.inf, 0.0)
        uppers["layoffs"] = np.where(once & (month >= 0), np.inf, 0.0) * np.ones_like(lead)
        if force.room is not None:
            uppers["workers"] = force.room[chosen.staffed]
        limit = problem.overtime[structure.overtime].copy()
        limit[np.isin(structure.overtime, chosen.extra)] = np.inf
        uppers["overtime"] = limit
    if problem.maintenance is not None:
        care = problem.maintenance
        down = np.where(care.window, care.machines[:, None], 0.0)
        uppers["down"] = down[chosen.kept]
    if problem.shifts is not None:
        uppers["pattern"] = np.ones((len(chosen.pattern), problem.months))
    return uppers


def choice_limits(problem: Problem, structure: Structure) -> dict[str, Floats]:
    """Right-hand sides of the rows of the choices."""
    chosen = structure.choices
    limits: dict[str, Floats] = {}
    if problem.workforce is not None:
        force = problem.workforce
        start = np.zeros((chosen.staffed.size, problem.months))
        start[:, 0] = force.workers[chosen.staffed]
        limits["staff"] = start
        opening = force.overtime * force.workers[:, None]
        limits["extra"] = (problem.overtime - opening)[chosen.extra]
    if problem.maintenance is not None:
        limits["due"] = problem.maintenance.due[chosen.kept]
    if problem.shifts is not None:
        limits["one"] = np.ones((chosen.shifted.size, problem.months))
    if problem.limits is not None:
        limits["keep"] = kept_stock(problem.limits, structure)[1]
    return limits


def staff_hour(problem: Problem) -> Floats:
    """(R,) [money per resource unit] the dearest hour that another worker could give."""
    force = problem.workforce
    if force is None:
        return np.zeros(len(problem.resources))
    year = force.wage.sum(axis=1) + force.hire_cost + force.layoff_cost
    least = np.where(force.hours > 0, force.hours, np.inf).min(axis=1)
    return np.asarray(year / least)
