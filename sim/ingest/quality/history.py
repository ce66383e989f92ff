"""Checks of the sales history: gaps, outliers, stock-outs, price jumps, young and old items."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from sim.ingest.headers import normal
from sim.ingest.quality.score import Finding, finding

Tables = Mapping[str, pd.DataFrame]
FAR = 5.0  # robust z-score of an outlier
SHORT = 12  # months
ASLEEP = 6  # months without a sale
JUMP = 0.5  # change of the net price from one month to the next
FALL = 0.5  # of the level: what a month without stock sells less than
_STEADY = 0.02  # spread of the steadiest item [share of the level]
MOST_CELLS, _RECENT = 5_000_000, 120  # item-months that are looked at; of them months
_KNOWN = 3  # values that make a season
_LEVEL = 13  # months of the moving median: a whole year, centred
_TOTAL = re.compile(r"(sous |grand )?(total|totaux)( general| generale)?|sub ?total|sum|somme")


def history_findings(tables: Tables) -> list[Finding | None]:
    """What the sales say about themselves, with the stock history where there is one."""
    sales = tables["sales"]
    monthly = _bounded(sales.groupby(["item", "month"], sort=True)["quantity"].sum())
    grid = monthly.unstack("item").sort_index()  # noqa: PD010 - a month x item grid
    grid = grid.reindex(pd.date_range(grid.index[0], grid.index[-1], freq="MS"))
    out = _without_stock(tables, grid)
    level = deseasonalised(grid, _families(tables, grid))
    lives = _lives(grid)
    return [
        _missing(grid, out, lives=lives),
        _stock_outs(grid, out, level=level),
        _outliers(grid, level.mask(out)),
        _price_jumps(sales),
        _total_rows(grid),
        *_ages(tables, grid, lives=lives),
    ]


def _bounded(monthly: "pd.Series[float]") -> "pd.Series[float]":
    """The months of the last ten years and the largest items, where all would be too many.

    One wrong date of 1900, or a code per order, must not ask for more memory than there is.

    Parameters
    ----------
    monthly : (item, month) [units]
    """
    months = monthly.index.get_level_values("month")
    span = 12 * (months.max().year - months.min().year + 1)
    if span * monthly.index.get_level_values("item").nunique() <= MOST_CELLS:
        return monthly
    monthly = monthly[months > months.max() - pd.DateOffset(months=_RECENT)]
    largest = monthly.abs().groupby("item").sum().nlargest(MOST_CELLS // _RECENT).index
    return monthly[monthly.index.get_level_values("item").isin(largest)]


def volume_share(sales: pd.DataFrame, items: set[str]) -> float:
    """Share of these items in the units of the last twelve months [share]."""
    recent = sales[sales["month"] > sales["month"].max() - pd.DateOffset(months=12)]
    units = recent["quantity"].abs()
    total = float(units.sum())
    return float(units[recent["item"].isin(list(items))].sum()) / total if total else 0.0


def deseasonalised(grid: pd.DataFrame, families: "pd.Series[str]") -> pd.DataFrame:
    """Units over their own level and the season of their family: 1 is an ordinary month.

    The level is a centred moving median over 13 months, the median of all when there are
    fewer. The season of a family is the median of units / level by calendar month, where at
    least three are known; else there is none.

    Parameters
    ----------
    grid : (month, item) [units]
    families : item -> family

    >>> months = pd.date_range("2024-01-01", periods=13, freq="MS")
    >>> grid = pd.DataFrame({"A": [10.0] * 12 + [30.0]}, index=months)
    >>> float(deseasonalised(grid, pd.Series({"A": "All"}))["A"].iloc[-1])
    3.0
    """
    # Half a window would follow the season: the ends keep the level of the nearest whole year.
    level = grid.rolling(_LEVEL, center=True, min_periods=SHORT).median().ffill().bfill()
    level = level.fillna(grid.median())
    ratio = grid / level.where(level > 0)
    season = np.ones(grid.shape)
    calendar = pd.DatetimeIndex(grid.index).month.to_numpy()
    family_of = families[grid.columns].to_numpy()
    for members in pd.Series(family_of).groupby(family_of).indices.values():
        for number in range(1, 13):
            here = calendar == number
            values = ratio.to_numpy()[np.ix_(here, members)]
            known = values[np.isfinite(values)]
            if len(known) >= _KNOWN and np.median(known) > 0:
                season[np.ix_(here, members)] = np.median(known)
    return ratio / pd.DataFrame(season, index=grid.index, columns=grid.columns)


def _families(tables: Tables, grid: pd.DataFrame) -> "pd.Series[str]":
    families = pd.Series("All", index=grid.columns)
    item = tables.get("item")
    if item is not None and "family" in item:
        known = item.drop_duplicates("item").set_index("item")["family"]
        families = known.reindex(grid.columns).fillna("All")
    return families


def _lives(grid: pd.DataFrame) -> pd.DataFrame:
    """Position of the first and of the last month with a line, per item."""
    there = grid.notna().to_numpy()
    first = there.argmax(axis=0)
    last = len(grid) - 1 - there[::-1].argmax(axis=0)
    return pd.DataFrame({"first": first, "last": last}, index=grid.columns)


def _without_stock(tables: Tables, grid: pd.DataFrame) -> pd.DataFrame:
    """Item-months that end, or begin, without any stock."""
    none = pd.DataFrame(False, index=grid.index, columns=grid.columns)
    if "stock_history" not in tables:
        return none
    lines = tables["stock_history"]
    lines = lines[lines["month"].isin(grid.index) & lines["item"].isin(grid.columns)]
    closing = lines.pivot_table(index="month", columns="item", values="closing")
    empty = (closing.reindex(index=grid.index, columns=grid.columns) <= 0).to_numpy()
    before = np.vstack([np.zeros((1, empty.shape[1]), dtype=bool), empty[:-1]])
    return none | empty | before


def _missing(grid: pd.DataFrame, out: pd.DataFrame, *, lives: pd.DataFrame) -> Finding | None:
    """Months without a line between the first and the last sale of an item."""
    inside = _inside(grid, lives)
    gaps = grid.isna() & inside & ~out
    life = int(inside.to_numpy().sum())
    return finding(
        "missing_months", "sales", int(gaps.to_numpy().sum()), of=life, examples=_places(gaps)
    )


def _inside(grid: pd.DataFrame, lives: pd.DataFrame) -> pd.DataFrame:
    at = np.arange(len(grid))[:, None]
    inside = (at >= lives["first"].to_numpy()) & (at <= lives["last"].to_numpy())
    return pd.DataFrame(inside, index=grid.index, columns=grid.columns)


def _stock_outs(grid: pd.DataFrame, out: pd.DataFrame, *, level: pd.DataFrame) -> Finding | None:
    """Months that sold under half of their level, or nothing, while the stock was empty."""
    low = (level < FALL) | grid.isna() & _inside(grid, _lives(grid)) | (grid <= 0)
    found = low & out
    sold = int(grid.notna().to_numpy().sum())
    return finding(
        "stock_outs", "sales", int(found.to_numpy().sum()), of=sold, examples=_places(found)
    )


def _outliers(grid: pd.DataFrame, level: pd.DataFrame) -> Finding | None:
    """Months far from their level: |level - median| / (1.4826 MAD) above 5, season taken out.

    The spread is at least 2 %: on a steadier item a rounding would be an outlier.
    """
    distance = (level - level.median()).abs()
    spread = (1.4826 * distance.median()).clip(lower=_STEADY)
    enough = level.count() >= SHORT
    far = (distance > FAR * spread) & enough
    total = float(grid.abs().to_numpy()[grid.notna().to_numpy()].sum())
    touched = float(grid.abs().where(far).sum().sum())
    return finding(
        "outliers",
        "sales",
        int(far.to_numpy().sum()),
        of=int(grid.notna().to_numpy().sum()),
        volume=touched / total if total else 0.0,
        examples=_places(far),
    )


def _price_jumps(sales: pd.DataFrame) -> Finding | None:
    """Months whose net price (revenue / units) is more than half away from the month before."""
    if "revenue" not in sales:
        return None
    known = sales[sales["revenue"].notna()]
    sums = known.groupby(["item", "month"], sort=True)[["quantity", "revenue"]].sum()
    sums = sums[sums["quantity"] > 0]
    price = sums["revenue"] / sums["quantity"]
    change = price.groupby(level="item").pct_change()
    jumps = change[change.abs() > JUMP]
    touched = float(sums.loc[jumps.index, "revenue"].sum())
    examples = [f"{item} {month:%Y-%m}" for item, month in jumps.index[:5]]
    return finding(
        "price_jumps", "sales", len(jumps), of=len(sums), amount=touched, examples=examples
    )


def _total_rows(grid: pd.DataFrame) -> Finding | None:
    """Item codes that are called a total, or whose every month is the sum of all others."""
    units = grid.fillna(0.0)
    called = [str(item) for item in grid if _TOTAL.fullmatch(normal(str(item)))]
    rest = units.sum(axis=1).to_numpy()[:, None] - units.to_numpy()
    months = (units > 0).sum() >= 3
    same = np.isclose(units.to_numpy(), rest, rtol=1e-9).all(axis=0)
    summed = [str(item) for item in grid.columns[same & months.to_numpy()] if len(grid.columns) > 2]
    names = sorted({*called, *summed})
    total = float(units.abs().sum().sum())
    touched = float(units[names].abs().sum().sum()) / total if total else 0.0
    return finding(
        "total_rows", "sales", len(names), of=len(grid.columns), volume=touched, examples=names
    )


def _ages(tables: Tables, grid: pd.DataFrame, *, lives: pd.DataFrame) -> list[Finding | None]:
    """Items with a short history of their own, launches that borrow one, items asleep."""
    sales, last = tables["sales"], len(grid) - 1
    active = lives["last"] > last - ASLEEP
    young = active & (lives["first"] > last - SHORT + 1)
    new = active & (lives["first"] > last - SHORT) & (lives["first"] > 0)
    helped = lives.index.isin(list(_helped(tables)))
    found = []
    groups = (("short_history", young & ~helped), ("launches", new & helped))
    for check, mask in (*groups, ("phase_outs", ~active)):
        names = [str(item) for item in lives.index[mask]]
        share = volume_share(sales, set(names))
        found.append(
            finding(check, "sales", len(names), of=len(lives), volume=share, examples=names)
        )
    return found


def _helped(tables: Tables) -> set[str]:
    """Items that borrow a history: from the item they resemble or from the one they replace."""
    item = tables.get("item")
    if item is None:
        return set()
    helped: set[str] = set()
    if "analog" in item:
        helped |= set(item.loc[item["analog"].fillna("") != "", "item"])
    if "successor" in item:
        helped |= set(item["successor"].fillna("")) - {""}
    return helped


def _places(mask: pd.DataFrame) -> list[str]:
    """Item and month of the first cells that are true."""
    months, items = np.nonzero(mask.to_numpy())
    return [
        f"{mask.columns[item]} {mask.index[month]:%Y-%m}"
        for month, item in zip(months[:5], items[:5], strict=True)
    ]
