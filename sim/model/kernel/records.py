"""What the compiled simulator is given and works on: records of arrays."""

from typing import Any, NamedTuple


class World(NamedTuple):
    """What a block reads."""

    errors: Any  # (T, I, width) in the order of the problem's items
    place: Any  # (I,) place of each item in `errors`
    cells: Any  # (T, I, CELLS)
    limits: Any  # (R, T, LIMITS)
    chase: Any  # responsiveness
    lead: Any  # (I,) [months]
    family: Any  # (I,)
    starts: Any  # (I + 1,) bill of resources in rows: first entry of each item,
    which: Any  # resource of an entry,
    usage: Any  # resource units per unit
    surprise: Any  # (E, width) happened less probability
    volume: Any  # (E, I, T) what comes or goes
    known: Any  # (E, I, T) the same as foreseen
    running: Any  # (T, R or 0, width) share of the mean availability
    factors: Any  # (T, items with a random yield, width) share of the mean yield
    which_factor: Any  # (I,) entry in `factors`, -1 = certain
    slips: Any  # (T, items that may slip, width) uniform numbers
    which_slip: Any  # (I,) entry in `slips`, -1 = never


class Groups(NamedTuple):
    """Items in groups that share resources, and in classes of a group, served in order."""

    classes: Any  # (K + 1,) first item of each class
    bounds: Any  # (G + 1,) first class of each group
    reach: Any  # (G + 1,) first entry of each group in `members`
    members: Any  # resources of the groups


class Outputs(NamedTuple):
    """What a block writes."""

    families: Any  # (MEASURES, F, T, N)
    costs: Any  # (COSTS, T, N)
    items: Any  # (ITEM_SUMS, I, T)
    resources: Any  # (RESOURCE_SUMS, R, T)
    trace: Any  # (TRACE, I or 0, T) first draw
    first: Any  # (1,) column of the block's first draw


class State(NamedTuple):
    """The items of a group, draws side by side."""

    net: Any  # (I, width) [units] stock less backorders
    pipe: Any  # (I, lead, width) good units on their way
    full: Any  # (I, width) release wanted from the own plant
    lacking: Any  # (I, width) part of it that is cut; valid where `held` is not 0
    bought: Any  # (I, width) bought finished, as planned
    late: Any  # (I, width) slipped to the next month
    held: Any  # (I,) number of full resources that the item needs


class Desk(NamedTuple):
    """Where the resources of a group are shared out, draws side by side."""

    members: Any  # resources of the group
    asked: Any  # (classes, R, width) load of what each class wants
    used: Any  # (R, width) load of what it gets
    regular: Any  # (R, width) capacity of the month, with the material brought forward
    everything: Any  # (R, width) overtime and outside work too
    carry: Any  # (R, width) unused material
    share: Any  # (R, width) part of the load that fits
    gate: Any  # (R, width) how far the resource counts as free
    claims: Any  # (R, width) load of the claims on what is free, then the part that fits
    full: Any  # (R,) whether it is full in some draw


class Sheet(NamedTuple):
    """Where a family is added up."""

    asked: Any  # (TILE, width), and the next four: by item
    served: Any
    shipped: Any
    lost: Any
    chance: Any
    measures: Any  # (MEASURES, width) of the family
