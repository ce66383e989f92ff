"""Multi-level bills rolled up: the hours of an item include those of its components."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from sim.errors import DataError
from sim.ingest.profiles.operations import Load, Recipe

LARGEST = 1_000_000  # entries added up for all bills; more is no list of a company

Bill = dict[tuple[str, bool], Load]


def rolled_up(recipes: Mapping[str, Recipe], *, file: str = "") -> dict[str, Bill]:
    """The bill of resources of every item: its own loads and those of its components.

    Parameters
    ----------
    recipes : the direct needs of one unit of each item
    file : what a sentence names

    Returns
    -------
    item -> (resource, timed) -> load of one unit [unit of the load].

    Raises
    ------
    DataError: an item is, over its components, a part of itself; or the bills are too large.

    Source: Vollmann et al., Manufacturing Planning and Control, bill of resources.

    >>> saw = Load(resource="SAW", timed=True, amount=0.5, row=2, sheet="")
    >>> made = {"LEG": Recipe(loads=(saw,), parts={}), "TABLE": Recipe(loads=(), parts={"LEG": 4})}
    >>> rolled_up(made)["TABLE"]["SAW", True].amount
    2.0
    """
    parts = {item: [part for part in one.parts if part in recipes] for item, one in recipes.items()}
    try:
        order = list(TopologicalSorter(parts).static_order())
    except CycleError as found:
        names = " → ".join(str(name)[:40] for name in reversed(found.args[1][:8]))
        raise DataError("error.profile.cycle", file=file, items=names) from None
    bills: dict[str, Bill] = {}
    entries = 0
    for item in order:
        bills[item] = _bill(recipes[item], bills)
        one = recipes[item]
        entries += len(one.loads) + sum(len(bills.get(part, ())) for part in one.parts)
        if entries > LARGEST:
            raise DataError("error.profile.too_large", file=file, limit=LARGEST)
    return bills


def _bill(recipe: Recipe, bills: Mapping[str, Bill]) -> Bill:
    found: Bill = {}
    for load in recipe.loads:
        _add(found, load, 1.0)
    for part, quantity in recipe.parts.items():
        for load in bills.get(part, {}).values():
            _add(found, load, quantity)
    return found


def _add(bill: Bill, load: Load, quantity: float) -> None:
    key = (load.resource, load.timed)
    before = bill[key].amount if key in bill else 0.0
    first = bill.get(key, load)
    bill[key] = Load(
        resource=load.resource,
        timed=load.timed,
        amount=before + quantity * load.amount,
        row=first.row,
        sheet=first.sheet,
    )
