"""The canonical tables, declared once as data.

Readers, checks, templates, the command line and the reference pages all derive from
``TABLES``. Money is net of tax in one currency, shares lie between 0 and 1, a month is
written by its first day.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sim.ingest.columns import EVERYTHING, Column, Kind, Merge, Table

__all__ = ["EVERYTHING", "TABLES", "Column", "Kind", "Merge", "Table"]


def _text(name: str, *, required: bool = False, key: bool = False, default: str = "") -> Column:
    return Column(name=name, required=required, key=key, default=default)


def _code(name: str, target: str, *, required: bool = False, key: bool = False) -> Column:
    """A code that another table declares."""
    default = EVERYTHING if name == "channel" else ""
    return Column(
        name=name,
        required=required,
        key=key,
        default=None if required else default,
        refers=(target, name),
    )


def _number(
    name: str, unit: str = "", *, required: bool = False, low: float | None = 0.0
) -> Column:
    return Column(name=name, kind=Kind.NUMBER, unit=unit, required=required, low=low)


def _sum(name: str, unit: str, *, required: bool = False, low: float | None = 0.0) -> Column:
    return Column(
        name=name, kind=Kind.NUMBER, unit=unit, required=required, low=low, merge=Merge.SUM
    )


def _share(name: str, *, low: float = 0.0, high: float | None = 1.0) -> Column:
    return Column(name=name, kind=Kind.NUMBER, unit="share", low=low, high=high)


def _positive(name: str, unit: str, *, required: bool = False) -> Column:
    return Column(name=name, kind=Kind.NUMBER, unit=unit, required=required, low=0.0, above=True)


def _month(name: str = "month", *, required: bool = True, key: bool = True) -> Column:
    return Column(name=name, kind=Kind.MONTH, unit="month", required=required, key=key)


def _date(name: str, *, required: bool = False, key: bool = False) -> Column:
    return Column(name=name, kind=Kind.DATE, unit="date", required=required, key=key)


def _item(*, key: bool = True) -> Column:
    return _code("item", "item", required=True, key=key)


_ITEM = Table(
    name="item",
    columns=(
        Column(name="item", required=True, key=True),
        _text("label"),
        _text("family", default=EVERYTHING),
        _text("site"),
        _text("uom", default="unit"),
        _number("price", "money per uom"),
        _number("unit_cost", "money per uom"),
        _positive("units_per_pallet", "uom per pallet"),
        Column(
            name="lead_time_months",
            kind=Kind.INTEGER,
            unit="months",
            default=0.0,
            low=0.0,
            high=3.0,
        ),
        _share("service_target"),
        _share("backorder_share"),
        _number("stock_cover_months", "months of the next demand"),
        _month("launch_month", required=False, key=False),
        _month("end_month", required=False, key=False),
        _code("successor", "item"),
        _code("analog", "item"),
        _number("holding_cost", "money per uom and month"),
        _number("backlog_cost", "money per uom and month"),
        _number("lost_sale_cost", "money per uom"),
        _number("closing_stock", "uom"),
        _number("stock_limit", "uom"),
        _number("subcontract_limit", "uom per month"),
        _number("subcontract_price", "money per uom"),
        Column(
            name="production_yield", kind=Kind.NUMBER, unit="share", low=0.0, high=1.0, above=True
        ),
        _share("yield_sd"),
        _share("slip_probability"),
    ),
)

_RESOURCE = Table(
    name="resource",
    columns=(
        Column(name="resource", required=True, key=True),
        _text("site"),
        _text("label"),
        Column(
            name="kind",
            kind=Kind.CHOICE,
            required=True,
            choices=("hours", "material", "storage"),
        ),
        _text("unit"),
        _number("regular_cost_per_hour", "money per resource unit"),
        _share("overtime_premium", high=None),
        _share("max_overtime_share"),
        Column(name="shift_levels", kind=Kind.SHIFTS, unit="label: factor: money per month"),
        _number("workers", "people"),
        _number("hire_cost", "money per person"),
        _number("layoff_cost", "money per person"),
        Column(name="hiring_lead_months", kind=Kind.INTEGER, unit="months", low=0.0, high=24.0),
        _number("hours_per_worker", "resource units per worker-month"),
        _number("hours_per_worker_day", "resource units per worker and working day"),
        _number("overtime_per_worker", "resource units per worker-month"),
        _number("wage", "money per worker-month"),
        _share("availability"),
        _share("availability_sd"),
        _positive("machines", "machines"),
        Column(name="maintenance_months", kind=Kind.INTEGER, unit="machine-months", low=0.0),
        _month("maintenance_from", required=False, key=False),
        _month("maintenance_to", required=False, key=False),
    ),
)

_PROMOTION = Table(
    name="promotion",
    columns=(
        Column(name="id", required=True, key=True),
        _code("item", "item"),
        _code("family", "item"),
        _text("channel"),
        _date("from", required=True),
        _date("to", required=True),
        Column(
            name="kind",
            kind=Kind.CHOICE,
            required=True,
            choices=("promotion", "listing", "stop", "breakdown", "other"),
        ),
        _share("discount"),
        _share("expected_uplift", low=-1.0, high=None),
        _share("post_dip"),
    ),
    one_of=(("item", "family"),),
)

_PRICE_CHANGE = Table(
    name="price_change",
    columns=(
        Column(name="item", key=True, default="", refers=("item", "item")),
        Column(name="family", key=True, default="", refers=("item", "family")),
        Column(name="channel", key=True, default=""),
        _month("from"),
        _share("change", low=-1.0, high=None),
        _number("new_price", "money per uom"),
        Column(name="elasticity", kind=Kind.NUMBER, unit="number"),
    ),
    one_of=(("item", "family"), ("change", "new_price")),
)

_ORDERS = Table(
    name="orders",
    columns=(
        Column(name="order", required=True, key=True),
        Column(name="line", key=True, default="1"),
        _item(key=False),
        _code("channel", "channel"),
        _number("ordered", "uom", required=True),
        _number("shipped", "uom"),
        _date("promised_date", required=True),
        _date("shipped_date"),
    ),
)

_SNAPSHOT = Table(
    name="forecast_snapshot",
    columns=(
        _month("cycle"),
        _month("month", required=False),
        Column(name="lag", kind=Kind.INTEGER, unit="months", low=0.0, high=60.0),
        _item(),
        _code("channel", "channel", key=True),
        _sum("quantity", "uom", required=True),
        Column(
            name="kind",
            kind=Kind.CHOICE,
            required=True,
            key=True,
            choices=("statistical", "planner", "consensus"),
        ),
    ),
    one_of=(("month", "lag"),),
)

_BUDGET = Table(
    name="budget",
    columns=(
        Column(name="item", key=True, default="", refers=("item", "item")),
        Column(name="family", key=True, default="", refers=("item", "family")),
        _month(),
        _sum("quantity", "uom", low=None),
        _sum("revenue", "money", low=None),
        _sum("margin", "money", low=None),
    ),
    one_of=(("item", "family"), ("quantity", "revenue", "margin")),
)

_DECLARED = (
    _ITEM,
    Table(
        name="item_unit",
        columns=(
            _item(),
            Column(name="unit", required=True, key=True),
            _positive("factor", "uom per unit", required=True),
        ),
    ),
    Table(
        name="channel",
        columns=(
            Column(name="channel", required=True, key=True),
            _text("label"),
            Column(name="tier", kind=Kind.INTEGER, unit="1 = served first", low=1.0),
        ),
    ),
    Table(
        name="sales",
        columns=(
            _item(),
            _code("channel", "channel", key=True),
            _month(),
            _sum("quantity", "uom", required=True),
            _sum("revenue", "money", low=None),
            Column(name="promo", kind=Kind.FLAG, merge=Merge.MAX),
        ),
        summed=True,
    ),
    Table(
        name="returns",
        columns=(
            _item(),
            _code("channel", "channel", key=True),
            _month(),
            _sum("quantity", "uom", required=True),
        ),
        summed=True,
    ),
    Table(
        name="stock",
        columns=(
            _item(),
            _date("as_of", required=True, key=True),
            _sum("on_hand", "uom", required=True),
            _sum("in_transit", "uom"),
        ),
        summed=True,
    ),
    Table(
        name="stock_history",
        columns=(_item(), _month(), _sum("closing", "uom", required=True)),
    ),
    Table(
        name="production",
        columns=(_item(), _month(), _sum("planned", "uom"), _sum("produced", "uom")),
        one_of=(("planned", "produced"),),
        summed=True,
    ),
    _RESOURCE,
    Table(
        name="capacity",
        columns=(
            _code("resource", "resource", required=True, key=True),
            _month(),
            _sum("available", "resource unit", required=True),
        ),
    ),
    Table(
        name="routing",
        columns=(
            _item(),
            _code("resource", "resource", required=True, key=True),
            _number("quantity_per_unit", "resource unit per uom", required=True),
        ),
    ),
    _PROMOTION,
    _PRICE_CHANGE,
    _ORDERS,
    _SNAPSHOT,
    _BUDGET,
    Table(
        name="calendar",
        columns=(
            Column(name="period", required=True, key=True),
            _date("start", required=True),
            _date("end", required=True),
            Column(name="working_days", kind=Kind.NUMBER, unit="days", low=0.0, high=31.0),
        ),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _DECLARED})
