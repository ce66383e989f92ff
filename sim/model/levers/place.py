"""From the words of a card to positions in the arrays.

A target is ``all``, ``<kind>:<code>`` or several of them joined by ``|``. Parts of the same
nature add up (two resources, two families); items and channels cut one another:
``family:PLA|channel:DIY`` is what the DIY chains buy of planchas.
"""

from collections.abc import Iterator
from datetime import date

import numpy as np

from sim.model.levers.declaration import Flags, Lever, Place, TargetKind
from sim.model.problem import Floats, Problem, ResourceKind
from sim.model.scenario import Card

Part = tuple[str, str]  # prefix, code
PREFIXES = ("family", "item", "channel", "resource")
_ITEMS = {TargetKind.FAMILY, TargetKind.ITEM, TargetKind.CHANNEL}


def parts(target: str) -> tuple[Part, ...]:
    """The parts of a target; ("", text) is one that cannot be read.

    A bar only separates where a new prefix follows it, so codes may contain bars.

    >>> parts("family:PLA|channel:DIY")
    (('family', 'PLA'), ('channel', 'DIY'))
    >>> parts("item:A|B")
    (('item', 'A|B'),)
    >>> parts("all")
    ()
    """
    found: list[Part] = []
    for piece in target.split("|") if target != "all" else ():
        prefix, colon, code = piece.partition(":")
        if colon and prefix in PREFIXES:
            found.append((prefix, code))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}|{piece}")
        else:
            found.append(("", piece))
    return tuple(found)


def missing(problem: Problem, target: str) -> tuple[Part, ...]:
    """The parts of a target that the data do not know."""
    return tuple(part for part in parts(target) if part[1] not in _codes(problem, part[0]))


def kind_of(problem: Problem, part: Part) -> TargetKind:
    """Nature of a known part: a resource is hours or material."""
    prefix, code = part
    if prefix != "resource":
        return TargetKind(prefix)
    kind = problem.resource_kind[problem.resources.index(code)]
    return TargetKind.HOURS if kind is ResourceKind.HOURS else TargetKind.MATERIAL


def locate(problem: Problem, lever: Lever, card: Card) -> Place:
    """Where the card acts. Unknown parts must have been refused or skipped before."""
    found = parts(card.target)
    first, stop = window(problem, card)
    items = _items(problem, found, acts=bool(lever.targets & _ITEMS))
    share = items.astype(np.float64)
    channels = [problem.channels.index(code) for prefix, code in found if prefix == "channel"]
    if channels:
        share *= problem.channel_share[:, sorted(set(channels))].sum(axis=1)
    resources = _resources(problem, lever, found)
    return Place(items=items, share=share, resources=resources, first=first, stop=stop)


def window(problem: Problem, card: Card) -> tuple[int, int]:
    """First month in force and the month after the last one, cut to the horizon."""
    first = 0 if card.first is None else month_index(problem, card.first)
    stop = problem.months if card.last is None else month_index(problem, card.last) + 1
    first, stop = max(first, 0), min(stop, problem.months)
    return first, max(first, stop)


def month_index(problem: Problem, month: date) -> int:
    """Position of a calendar month in the horizon (may lie outside)."""
    start = problem.start
    return (month.year - start.year) * 12 + month.month - start.month


def months_before(problem: Problem, card: Card, place: Place) -> int:
    """Months of the card that had passed when the horizon began."""
    return 0 if card.first is None else place.first - month_index(problem, card.first)


def ramp(problem: Problem, card: Card, place: Place, *, months: float) -> Floats:
    """Share reached in each month of a straight ramp over k months, (T,): min(1, (j + 1) / k).

    j counts from the card's first month, so a ramp that began before the horizon goes on.
    0 outside the window.
    """
    share = np.zeros(problem.months)
    passed = np.arange(place.stop - place.first) + months_before(problem, card, place) + 1.0
    share[place.window] = np.minimum(passed / max(months, 1.0), 1.0)
    return share


def choices(problem: Problem, lever: Lever) -> Iterator[str]:
    """Every simple target that a lever may have in this company."""
    resources = [
        code
        for code in problem.resources
        if kind_of(problem, ("resource", code)) in lever.targets and problem.has_capacity
    ]
    if TargetKind.ALL in lever.targets and (resources or not _on_resources(lever)):
        yield "all"
    if lever.needs_resource:
        yield from (f"resource:{code}" for code in resources)
        return
    if TargetKind.FAMILY in lever.targets:
        yield from (f"family:{code}" for code in problem.families)
    if TargetKind.CHANNEL in lever.targets and len(problem.channels) > 1:
        yield from (f"channel:{code}" for code in problem.channels)
    yield from (f"resource:{code}" for code in resources)
    if TargetKind.ITEM in lever.targets:
        yield from (f"item:{code}" for code in problem.items)


def _on_resources(lever: Lever) -> bool:
    return not lever.targets & _ITEMS and bool(
        lever.targets & {TargetKind.HOURS, TargetKind.MATERIAL}
    )


def _codes(problem: Problem, prefix: str) -> tuple[str, ...]:
    return {
        "family": problem.families,
        "item": problem.items,
        "channel": problem.channels,
        "resource": problem.resources,
    }.get(prefix, ())


def _items(problem: Problem, found: tuple[Part, ...], *, acts: bool) -> Flags:
    families = [problem.families.index(code) for prefix, code in found if prefix == "family"]
    items = [problem.items.index(code) for prefix, code in found if prefix == "item"]
    if not families and not items:
        return np.ones(len(problem.items), dtype=np.bool_)
    flags = np.isin(problem.family, families)
    flags[items] = True
    return flags if acts else np.ones_like(flags)


def _resources(problem: Problem, lever: Lever, found: tuple[Part, ...]) -> Flags:
    named = [code for prefix, code in found if prefix == "resource"]
    flags = [
        (code in named) if named else (kind_of(problem, ("resource", code)) in lever.targets)
        for code in problem.resources
    ]
    return np.array(flags, dtype=np.bool_)
