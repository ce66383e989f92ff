"""The league table of the methods, and which of them each item gets.

A candidate must earn its place: an item keeps the combination unless, on its own back-test, a
candidate's mean absolute error is at least a tenth lower AND the difference, taken origin by
origin, is above two standard errors (three origins at least). Picking the best performer
without such a rule made the test months worse than the combination alone.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from sim.forecast.methods import Method
from sim.forecast.spread import Errors, fit_spread, quantiles, relative_errors
from sim.model.problem import Floats, Ints

MARGIN = 0.10  # a candidate's error must be this much lower ...
STANDARD_ERRORS = 2.0  # ... and clearly so
LEAST_ORIGINS = 3
USED = "used"  # the league's line of what each item really gets
BUCKETS = ((1, 3), (4, 6), (7, 12), (13, 18), (19, 24))  # lags in months
LEAGUE_COLUMNS = (
    "method",  # see Method, and USED
    "lag_from",  # first lag of the bucket [months]; the line of all lags has 1 and the horizon
    "lag_to",  # last lag of the bucket [months]
    "wape",  # sum |F - A| / sum A [share]
    "bias",  # sum (F - A) / sum A [share], positive = forecast too high
    "mase",  # mean |F - A| over the mean change from year to year [-]
    "coverage80",  # share of actuals inside the 80 % band, which did not see that origin
    "coverage90",
    "items",  # how many items
    "forecasts",  # how many forecast months
)
CHOSEN_COLUMNS = (
    "unique_id",
    "method",
    "months",  # length of the history
    "wape",  # of the method on the item's back-test [share]; NaN without a back-test
    "wape_default",  # of the method the item would have had without the choice [share]
    "wape_naive",  # of the yardstick (same month of last year, or last month) [share]
)


def choose(past: pd.DataFrame, methods: Sequence[Method]) -> Method:
    """The method of one item: the default one, unless a candidate has earned its place.

    Parameters
    ----------
    past : back-test rows of the item
    methods : what its history allows, the default first
    """
    default = methods[0]
    missed = past.assign(error=(past["forecast"] - past["actual"]).abs().astype(float))
    table = missed.pivot_table(index="origin", columns="method", values="error", aggfunc="mean")
    if str(default) not in table.columns or len(table) < LEAST_ORIGINS:
        return default
    base = table[str(default)]
    best, lowest = default, (1 - MARGIN) * float(base.mean())
    for method in methods[1:]:
        if str(method) not in table.columns or table[str(method)].isna().any():
            continue
        gain = base - table[str(method)]
        clear = float(gain.mean()) > STANDARD_ERRORS * float(gain.std()) / len(gain) ** 0.5
        if clear and float(table[str(method)].mean()) < lowest:
            best, lowest = method, float(table[str(method)].mean())
    return best


def league_table(
    past: pd.DataFrame, *, noise: Mapping[str, float], family_of_item: Mapping[str, str]
) -> pd.DataFrame:
    """The league table by method and lag bucket (columns: ``LEAGUE_COLUMNS``).

    The coverage of an origin is that of bands made without that origin.

    Parameters
    ----------
    past : back-test rows of any choice of items
    noise : item -> restlessness of its history (``Series.noise``)
    family_of_item : item -> family; an item that is absent is a family of its own kind
    """
    tables = [
        _buckets(_with_coverage(rows, noise=noise, family_of_item=family_of_item))
        for _, rows in past.groupby("method", sort=False)
    ]
    if not tables:
        return pd.DataFrame(columns=LEAGUE_COLUMNS)
    whole = pd.concat(tables, ignore_index=True)
    return whole.sort_values(["lag_from", "lag_to", "wape"], ignore_index=True, kind="stable")


def accuracy(past: pd.DataFrame) -> dict[str, float]:
    """WAPE, bias and MASE of some back-test rows (NaN where nothing was sold).

    >>> rows = pd.DataFrame({"forecast": [11.0], "actual": [10.0], "scale": [2.0]})
    >>> accuracy(rows)
    {'wape': 0.1, 'bias': 0.1, 'mase': 0.5}
    """
    miss = past["forecast"] - past["actual"]
    sold = float(past["actual"].sum())
    scaled = (miss.abs() / past["scale"].where(past["scale"] > 0)).mean()
    return {
        "wape": float(miss.abs().sum()) / sold if sold > 0 else float("nan"),
        "bias": float(miss.sum()) / sold if sold > 0 else float("nan"),
        "mase": float(scaled),
    }


def _buckets(rows: pd.DataFrame) -> pd.DataFrame:
    longest = int(rows["lag"].max())
    lines = []
    for low, high in (*BUCKETS, (1, longest)):
        part = rows[rows["lag"].between(low, high)]
        if not part.empty:
            lines.append(
                {
                    "method": str(part["method"].iloc[0]),
                    "lag_from": low,
                    "lag_to": high,
                    **accuracy(part),
                    "coverage80": float(part["inside80"].mean()),
                    "coverage90": float(part["inside90"].mean()),
                    "items": int(part["unique_id"].nunique()),
                    "forecasts": len(part),
                }
            )
    return pd.DataFrame(lines, columns=list(LEAGUE_COLUMNS)).drop_duplicates(["lag_from", "lag_to"])


def _with_coverage(
    rows: pd.DataFrame, *, noise: Mapping[str, float], family_of_item: Mapping[str, str]
) -> pd.DataFrame:
    items = sorted(rows["unique_id"].unique())
    family = family_numbers(items, family_of_item)
    reference = np.array([noise.get(item, np.nan) for item in items])
    rows = rows.assign(inside80=np.nan, inside90=np.nan)
    for fold, others in _folds(rows):
        errors = relative_errors(others, items)
        inside = _inside(fold, items, errors=errors, family=family, reference=reference)
        rows.loc[fold.index, ["inside80", "inside90"]] = inside
    return rows


def _folds(rows: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Each origin apart from the others; none when no band could be independent of it."""
    origins = rows["origin"].unique()
    for origin in origins if len(origins) > 1 else ():
        fold = rows["origin"] == origin
        yield rows[fold], rows[~fold]


def _inside(
    fold: pd.DataFrame,
    items: Sequence[str],
    *,
    errors: Errors,
    family: Ints,
    reference: Floats,
) -> Floats:
    spread = fit_spread(errors, family=family, reference=reference)
    at = np.searchsorted(items, fold["unique_id"].to_numpy())
    lag = fold["lag"].to_numpy(np.int64)
    width = spread.scale[at] * lag**spread.growth
    limits = quantiles(fold["forecast"].to_numpy(np.float64), width, (0.05, 0.1, 0.9, 0.95))
    actual = fold["actual"].to_numpy(np.float64)
    in80 = (limits[:, 1] <= actual) & (actual <= limits[:, 2])
    in90 = (limits[:, 0] <= actual) & (actual <= limits[:, 3])
    return np.stack([in80, in90], axis=1).astype(np.float64)


def family_numbers(items: Sequence[str], family_of_item: Mapping[str, str] | Sequence[str]) -> Ints:
    """(I,) a number for the family of each item; items without one share a number.

    >>> family_numbers(["a", "b", "c"], {"a": "X", "c": "X"}).tolist()
    [1, 0, 1]
    """
    if isinstance(family_of_item, Mapping):
        family_of_item = [family_of_item.get(item, "") for item in items]
    return np.unique(np.array(family_of_item, dtype=str), return_inverse=True)[1].astype(np.int64)
