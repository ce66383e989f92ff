"""What a company decides about its plan once, for all its tables (planning.json).

A missing key takes the default written here; an unknown key or a value of the wrong type is
refused with its place, all problems at once. Tables win over settings: an item with its own
service target keeps it.
"""

import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self

from sim.errors import DataError, raise_all
from sim.model.problem import Rationing

Labels = Mapping[str, Mapping[str, str]]
Cards = tuple[Mapping[str, Any], ...]
FIRST_YEAR, LAST_YEAR = 1900, 2199  # as the importer reads dates


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningSettings:
    """The company's planning defaults. Shares are between 0 and 1."""

    company: str = ""
    currency: str = "EUR"  # ISO code, one per company
    start: date | None = None  # first month of the horizon; None = the month after the last sales
    horizon: int = 18  # months, 1 to 36; a company plans 12 to 24
    holding_rate_per_month: float = 0.01  # cost of stock, share of the unit cost
    service_target: float = 0.97  # wanted share of demand served on time
    backorder_share: float = 0.0  # share of the unserved demand that waits; the rest is lost
    stock_cover_months: float = 0.5  # stock target in months of the next demand
    overtime_is_a_decision: bool = False  # True: overtime only by a lever card
    overtime_premium: float = 0.25  # extra on the regular cost of an hour
    max_overtime_share: float = 0.15  # how far an overtime card may go, share of the capacity
    outside_storage_price: float | None = None  # per pallet-month; None = from the store's row
    holding_cost_per_month: float | None = None  # money per unit; None = the rate above
    backlog_cost_per_month: float | None = None  # money per unit that waits
    lost_sale_cost: float | None = None  # money per unit given up, above its price
    serve_all: bool = False  # True: all demand is served in its month, or the plan is infeasible
    backlog_at_end: bool = True  # False: nobody waits at the end of the horizon
    whole_workers: bool = False  # True: the plan hires whole people
    choose_shifts: bool = False  # True: the plan chooses among resource.shift_levels
    level_weight: float = 0.5  # hybrid plan: 0 = chase .. 1 = level
    demand_spread: float | None = None  # relative error of a month's demand; None = past errors
    demand_memory: float | None = None  # correlation of errors a month apart; None = past errors
    rationing: str = Rationing.FAIR_SHARE.value  # who gets a full resource
    day_spread: float = 1.0  # coefficient of variation of one day's demand
    frozen_months: int = 0  # months in which a release may not leave the plan
    responsiveness: float = 1.0  # 0 = fixed plan .. 1 = follow the need
    flexibility: float | None = None  # releases stay within this share of the plan; None = free
    country: str = "FR"  # public holidays
    subdivision: str | None = None  # e.g. "Moselle": its own holidays
    closed_days: Mapping[str, float] = field(default_factory=dict)  # "8" = each August, "2027-08"
    labels: Labels = field(default_factory=dict)  # language -> "family:PLA" -> name
    quality_threshold: float = 80.0  # score of the data [0..100] that signing a plan asks for
    cards: Cards = ()  # suggested lever cards, as in the JSON of a scenario
    events: Cards = ()  # dated notes on the company's year

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Settings from the text of a planning.json.

        Raises
        ------
        DataError, SopErrors: not JSON, an unknown key, a value of the wrong type or range.

        >>> PlanningSettings.from_json('{"company": "Test", "horizon": 24}').horizon
        24
        """
        try:
            body = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise DataError("error.planning.not_json", detail=str(error)[:120]) from None
        return cls.from_body(body)

    @classmethod
    def from_body(cls, body: object) -> Self:
        """Settings from an object read from JSON; every problem is reported at once."""
        if not isinstance(body, dict):
            raise DataError("error.planning.not_object", value=str(body)[:60])
        problems = [_unknown(str(key)) for key in body if key not in _READERS]
        values: dict[str, Any] = {}
        for key, reader in _READERS.items():
            if key not in body:
                continue
            try:
                values[key] = reader(body[key])
            except _WrongValueError as wrong:
                problems.append(_refused(key, body[key], expected=str(wrong)))
        raise_all(problems)
        return cls(**values)

    def to_json(self) -> str:
        """The settings as a JSON text that ``from_json`` reads back to an equal value.

        >>> one = PlanningSettings(company="Test", start=date(2027, 1, 1))
        >>> PlanningSettings.from_json(one.to_json()) == one
        True
        """
        body = {spec.name: _plain(getattr(self, spec.name)) for spec in fields(self)}
        return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


class _WrongValueError(Exception):
    """What was expected, in words that need no translation (types and bounds)."""


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise _WrongValueError('"..."')
    try:
        value.encode()  # JSON may smuggle in half characters, which no store can keep
    except UnicodeEncodeError:
        raise _WrongValueError('"..."') from None
    return value


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _currency(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{3}", value):
        raise _WrongValueError("EUR, USD, CHF")
    return value


def _country(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}", value):
        raise _WrongValueError("FR, DE, BE")
    return value


def _month(value: object) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value):
        raise _WrongValueError("2027-01-01")
    try:
        month = date.fromisoformat(value[:7] + "-01")
    except ValueError:
        raise _WrongValueError("2027-01-01") from None
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise _WrongValueError(f"{FIRST_YEAR}-01-01 .. {LAST_YEAR}-12-01")
    return month


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _WrongValueError("true, false")
    return value


def _number(low: float, high: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        # The bounds refuse NaN, infinity and integers beyond every float alike.
        if not number or not low <= value <= high:  # type: ignore[operator]
            raise _WrongValueError(f"{low:g} .. {high:g}")
        return float(value)  # type: ignore[arg-type]

    return read


def _whole(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _WrongValueError(f"{low} .. {high}")
        return value

    return read


def _rationing(value: object) -> str:
    known = [way.value for way in Rationing]
    if value not in known:
        raise _WrongValueError(", ".join(known))
    return str(value)


def _price(value: object) -> float | None:
    return None if value is None else _number(0, 1e9)(value)


def _closed_days(value: object) -> Mapping[str, float]:
    if not isinstance(value, dict):
        raise _WrongValueError('{"8": 10, "2027-12": 4}')
    days = {}
    for key, count in value.items():
        if not re.fullmatch(r"(\d{4}-)?(0?[1-9]|1[0-2])", key):
            raise _WrongValueError('{"8": 10, "2027-12": 4}')
        days[key] = _number(0, 31)(count)
    return days


def _labels(value: object) -> Labels:
    if not isinstance(value, dict) or not all(isinstance(part, dict) for part in value.values()):
        raise _WrongValueError('{"fr": {"family:PLA": "..."}}')
    return {
        _text(lang): {_text(key): _text(name) for key, name in part.items()}
        for lang, part in value.items()
    }


def _objects(value: object) -> Cards:
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        raise _WrongValueError("[{...}, {...}]")
    return tuple(value)


def _optional_share(value: object) -> float | None:
    return None if value is None else _number(0, 10)(value)


def _optional_memory(value: object) -> float | None:
    return None if value is None else _share(value)


_share = _number(0, 1)
_READERS: Mapping[str, Callable[[object], Any]] = {
    "company": _text,
    "currency": _currency,
    "start": _month,
    "horizon": _whole(1, 36),
    "holding_rate_per_month": _share,
    "service_target": _number(0.5, 0.9999),
    "backorder_share": _share,
    "stock_cover_months": _number(0, 12),
    "overtime_is_a_decision": _flag,
    "overtime_premium": _number(0, 10),
    "max_overtime_share": _share,
    "outside_storage_price": _price,
    "holding_cost_per_month": _price,
    "backlog_cost_per_month": _price,
    "lost_sale_cost": _price,
    "serve_all": _flag,
    "backlog_at_end": _flag,
    "whole_workers": _flag,
    "choose_shifts": _flag,
    "level_weight": _share,
    "demand_spread": _optional_share,
    "demand_memory": _optional_memory,
    "rationing": _rationing,
    "day_spread": _number(0, 10),
    "frozen_months": _whole(0, 36),
    "responsiveness": _share,
    "flexibility": _optional_share,
    "country": _country,
    "subdivision": _optional_text,
    "closed_days": _closed_days,
    "labels": _labels,
    "quality_threshold": _number(0, 100),
    "cards": _objects,
    "events": _objects,
}


def _unknown(key: str) -> DataError:
    near = difflib.get_close_matches(key, _READERS, n=1)
    return DataError("error.planning.unknown_key", key=key[:60], near=near[0] if near else "start")


def _refused(key: str, value: object, *, expected: str) -> DataError:
    try:
        shown = json.dumps(value, ensure_ascii=False, default=str)[:60]
    except RecursionError:  # lists in lists in lists
        shown = type(value).__name__
    shown = shown.encode("utf-8", "replace").decode()
    return DataError("error.planning.value", key=key, value=shown, expected=expected)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number")
