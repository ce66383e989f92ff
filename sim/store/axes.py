"""The axes of a planning problem: which items and months it has, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from sim.model.problem import Floats, Ints


@dataclass(frozen=True, kw_only=True, eq=False)
class Axes:
    """Items in the order of the problem, months, families and channels.

    Items that share a resource, directly or through others, stand together: the simulator
    works through one such group at a time.
    """

    start: date
    months: int
    items: tuple[str, ...]
    families: tuple[str, ...]
    family: Ints  # (I,)
    channels: tuple[str, ...]

    @property
    def final(self) -> date:
        """First day of the last month."""
        return month_at(month_number(self.start) + self.months - 1)

    @property
    def shape(self) -> tuple[int, int]:
        """(I, T)."""
        return len(self.items), self.months

    def positions(self, lines: pd.DataFrame) -> Ints:
        """Position of each line's item; -1 when it is not in the plan."""
        return places(self.items, lines["item"])

    def month_positions(self, months: "pd.Series[pd.Timestamp]") -> Ints:
        """Position of each month; outside 0..T-1 when it is not in the horizon."""
        numbers = (months.dt.year * 12 + months.dt.month - 1 - month_number(self.start)).fillna(-1)
        return numbers.to_numpy().astype(np.int64)

    def per_item_month(self, lines: pd.DataFrame, column: str = "quantity") -> Floats:
        """Lines (item, month, value) added up into (I, T); other items and months are left out."""
        table = np.zeros(self.shape)
        item, month = self.positions(lines), self.month_positions(lines["month"])
        inside = (item >= 0) & (month >= 0) & (month < self.months)
        values = lines[column].to_numpy(float)
        np.add.at(table, (item[inside], month[inside]), values[inside])
        return table

    def per_item(self, lines: pd.DataFrame, column: str, missing: float = 0.0) -> Floats:
        """Lines (item, value) into (I,); ``missing`` where there is none."""
        values = lines.set_index("item")[column].reindex(list(self.items)).to_numpy(float)
        return np.where(np.isnan(values), missing, values)


def places(names: Sequence[str], values: "pd.Series[Any]") -> Ints:
    """Position of each value among the names; -1 when it is not one of them.

    >>> places(["a", "b"], pd.Series(["b", "z"])).tolist()
    [1, -1]
    """
    index = pd.Index(np.array(names, dtype=object))
    return index.get_indexer(pd.Index(values.astype(object))).astype(np.int64)


def month_number(month: date) -> int:
    """Months since year 0.

    >>> month_number(date(2027, 3, 1)) - month_number(date(2026, 12, 1))
    3
    """
    return month.year * 12 + month.month - 1


def month_at(number: int) -> date:
    """The month with this number.

    >>> month_at(month_number(date(2027, 3, 1)))
    datetime.date(2027, 3, 1)
    """
    return date(number // 12, number % 12 + 1, 1)


def grouped_order(items: Sequence[str], routing: pd.DataFrame) -> list[int]:
    """Order of the items with those that share resources side by side, unlimited ones last.

    >>> links = pd.DataFrame({"item": ["a", "d"], "resource": ["r", "r"], "quantity": [1.0, 1.0]})
    >>> grouped_order(["a", "b", "c", "d"], links)
    [0, 3, 1, 2]
    """
    used = routing[(routing["quantity"] > 0) & routing["item"].isin(items)]
    count = len(items)
    item = places(items, used["item"])
    resource, names = pd.factorize(used["resource"])
    nodes = count + len(names)
    links = coo_array((np.ones(len(item)), (item, count + resource)), shape=(nodes, nodes))
    _, label = connected_components(links, directed=False)
    label = label[:count]
    # A group stands where its first item stands.
    first = np.full(nodes, nodes)
    np.minimum.at(first, label, np.arange(count))
    routed = np.isin(np.arange(count), item)
    order = np.lexsort((np.arange(count), first[label], ~routed))
    return [int(position) for position in order]
