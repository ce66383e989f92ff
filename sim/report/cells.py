"""Numbers that know how a spreadsheet should show them."""

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd


class Style(StrEnum):
    """How a number of a file reads."""

    MONEY = "money"
    CHANGE = "change"  # a difference of amounts
    SHARE = "share"  # 0.92 is shown as 92 %
    POINTS = "points"  # a difference of shares, already times 100
    COUNT = "count"
    SIGNED = "signed"  # a difference of counts
    DECIMAL = "decimal"


FORMATS = MappingProxyType(
    {
        Style.MONEY: "#,##0",
        Style.CHANGE: "+#,##0;-#,##0;0",
        Style.SHARE: "0.0%",
        Style.POINTS: "+0.00;-0.00;0.00",
        Style.COUNT: "#,##0.0",
        Style.SIGNED: "+#,##0.0;-#,##0.0;0",
        Style.DECIMAL: "#,##0.00",
    }
)


class Figure(float):
    """A number with the format of its cell."""

    style: Style

    def __new__(cls, value: float, style: Style) -> "Figure":
        """A number; a true zero has no sign."""
        made = super().__new__(cls, value + 0.0)
        made.style = style
        return made


def figure(value: float | None, style: Style) -> Figure | None:
    """A number for a cell; None when it is not known.

    >>> figure(0.5, Style.SHARE), figure(float("nan"), Style.MONEY)
    (0.5, None)
    """
    return None if value is None or not np.isfinite(value) else Figure(float(value), style)


def column(values: Iterable[float], style: Style) -> "pd.Series[Any]":
    """A column of numbers in one format."""
    return pd.Series([figure(float(value), style) for value in values], dtype=object)
