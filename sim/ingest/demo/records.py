"""What Valfonte has on file: sales, stock, production, orders, archived forecasts, budget.

Free choices: closing stocks scatter by 8 % around the target; the plan of a month was made
without knowing its noise; returns are 1.5 % of casseroles and accessories; open orders are
one line per item, channel and month; the budget was made a year earlier without the new chain
and with a third of the growth.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from sim.ingest.demo import market as m

Row = dict[str, Any]
LAGS = 6
CYCLES = 24
BIAS = {"PLA": 0.075, "COC": -0.09, "POE": 0.018, "ACC": 0.01}  # of the statistical forecast
# Planners correct the statistical forecast: they help casseroles and hurt stoves.
CORRECTION = {"PLA": 0.0, "COC": 0.05, "POE": 0.06, "ACC": 0.0}
OPEN_SHARE = (1.0, 0.5, 0.2)
PAST_DUE = 0.04
RETURNS = 0.015


def sold(market: m.Market) -> dict[str, list[list[int]]]:
    """Units sold by item, month of history and channel."""
    random = Random(f"{market.raw['seed']} sales")
    result = {}
    for item in market.items:
        rows = []
        for n in range(m.HISTORY_MONTHS):
            total = market.expected[item.code][n] * max(0.0, 1 + item.noise * m.normal(random))
            rows.append(
                [
                    round(total * share * max(0.0, 1 + 0.05 * m.normal(random)))
                    for share in item.channels
                ]
            )
        result[item.code] = rows
    return result


def former_code(code: str, month: date) -> str:
    """The code under which an item was sold at the time."""
    return m.FORMER if code == m.RENAMED and month < m.RENAMING else code


def price(item: m.Item, month: date, channel_price: float) -> float:
    """Net price of a month of history: today's price before later rises, less the promotion."""
    value = item.price
    if item.family != "ACC":
        for since, rise in m.PRICE_RISES:
            value /= (1 + rise) if month < since else 1.0
    now = m.promotion(item, month, history=True)
    value *= (1 - now["discount"]) if now else 1.0
    return value * channel_price


def sales(market: m.Market, units: dict[str, list[list[int]]]) -> Iterator[Row]:
    """One line per item, channel and month."""
    channels = market.raw["channels"]
    for item in market.items:
        for n, row in enumerate(units[item.code]):
            month = market.months[n]
            for channel, quantity in zip(channels, row, strict=True):
                if quantity:
                    net = price(item, month, channel["price"])
                    yield {
                        "item": former_code(item.code, month),
                        "channel": channel["channel"],
                        "month": month,
                        "quantity": quantity,
                        "revenue": round(quantity * net, 2),
                        "promo": int(m.promotion(item, month, history=True) is not None),
                    }


def returns(market: m.Market, units: dict[str, list[list[int]]]) -> Iterator[Row]:
    """Goods that came back, by item, channel and month."""
    random = Random(f"{market.raw['seed']} returns")
    for item in (item for item in market.items if item.family in ("COC", "ACC")):
        for n, row in enumerate(units[item.code]):
            for channel, quantity in zip(market.raw["channels"], row, strict=True):
                back = round(quantity * RETURNS * (1 + 0.3 * m.normal(random)))
                if back > 0:
                    yield {
                        "item": item.code,
                        "channel": channel["channel"],
                        "month": market.months[n],
                        "quantity": back,
                    }


def stock_and_production(
    market: m.Market, units: dict[str, list[list[int]]]
) -> tuple[list[Row], list[Row]]:
    """Closing stocks and the production that explains them, month by month."""
    random = Random(f"{market.raw['seed']} stock")
    stocks, production = [], []
    for item in market.items:
        expected = market.expected[item.code]
        before = item.cover * expected[0]
        for n in range(m.HISTORY_MONTHS):
            month = market.months[n]
            code = former_code(item.code, month)
            closing = item.cover * expected[n + 1] * max(0.0, 1 + 0.08 * m.normal(random))
            if item.code in m.BREAKDOWN and month in m.BREAKDOWN_MONTHS:
                closing = 0.0
            demand = sum(units[item.code][n])
            produced = max(0, round(closing - before + demand))
            closing = round(before + produced - demand) if produced else round(before - demand)
            closing = max(closing, 0)
            if demand or closing:
                planned = round(
                    max(0.0, item.cover * (expected[n + 1] - expected[n]) + expected[n])
                )
                stocks.append({"item": code, "month": month, "closing": closing})
                production.append(
                    {"item": code, "month": month, "planned": planned, "produced": produced}
                )
            before = closing
    return stocks, production


def opening_stock(market: m.Market) -> Iterator[Row]:
    """The snapshot that opens the horizon: the target, plus what is on the way."""
    first = market.months[m.HISTORY_MONTHS]
    lead = {row["family"]: row["lead_time"] for row in market.raw["families"]}
    for item in market.items:
        need = market.expected[item.code][m.HISTORY_MONTHS]
        yield {
            "item": item.code,
            "as_of": first - timedelta(days=1),
            "on_hand": round(item.cover * need) + round(PAST_DUE * need),
            "in_transit": round(need) if lead[item.family] else 0,
        }


def orders(market: m.Market) -> Iterator[Row]:
    """Open order lines of the next three months; a few are past due."""
    start = market.months[m.HISTORY_MONTHS]
    number = 0
    for item in market.items:
        for ahead, open_share in enumerate((PAST_DUE, *OPEN_SHARE)):
            due = start - timedelta(days=10) if ahead == 0 else m.add_months(start, ahead - 1)
            n = m.HISTORY_MONTHS + max(ahead - 1, 0)
            for channel, share in zip(market.raw["channels"], item.channels, strict=True):
                quantity = round(market.expected[item.code][n] * open_share * share)
                if quantity:
                    number += 1
                    yield {
                        "order": f"C{100000 + number}",
                        "line": "1",
                        "item": item.code,
                        "channel": channel["channel"],
                        "ordered": quantity,
                        "shipped": 0,
                        "promised_date": due if ahead == 0 else due + timedelta(days=19),
                    }


def forecast_snapshots(market: m.Market) -> Iterator[Row]:
    """Two years of archived forecasts, lags 1 to 6, and the consensus of the coming horizon.

    A forecast's error has a part common to the cycle and item (it lasts over the lags) and a
    part of its own; both grow with the lag.
    """
    random = Random(f"{market.raw['seed']} forecasts")
    cycles = range(m.HISTORY_MONTHS - CYCLES, m.HISTORY_MONTHS)
    for item in market.items:
        for cycle, path in zip(cycles, _lasting_errors(random), strict=True):
            own = [m.normal(random) for _ in range(LAGS)]
            judged = m.normal(random)
            for lag in range(1, LAGS + 1):
                yield from _snapshot(market, item, cycle, (lag, path, own[lag - 1], judged))
        for n in range(m.HISTORY_MONTHS, len(market.months)):
            key = (m.HISTORY_MONTHS, n, "consensus")
            yield _row(market, item, key, market.expected[item.code][n])


def _lasting_errors(random: Random) -> list[float]:
    # Centred, so that the bias on file is the bias that was meant.
    path = [m.normal(random)]
    while len(path) < CYCLES:
        path.append(0.7 * path[-1] + 0.714 * m.normal(random))
    mean = sum(path) / CYCLES
    return [value - mean for value in path]


def _snapshot(
    market: m.Market, item: m.Item, cycle: int, error: tuple[int, float, float, float]
) -> Iterator[Row]:
    lag, path, own, judged = error
    n = cycle + lag
    if n >= m.HISTORY_MONTHS:
        return
    true = market.expected[item.code][n]
    if not true or (item.code in m.BREAKDOWN and market.months[n] in m.BREAKDOWN_MONTHS):
        return
    spread = 0.16 + 0.012 * lag
    statistical = true * max(0.1, 1 + BIAS[item.family] + spread * (0.8 * path + 0.6 * own))
    planner = statistical * (1 + CORRECTION[item.family] + 0.05 * judged)
    consensus = 0.6 * statistical + 0.4 * planner
    for kind, value in (
        ("statistical", statistical),
        ("planner", planner),
        ("consensus", consensus),
    ):
        yield _row(market, item, (cycle, n, kind), value)


def _row(market: m.Market, item: m.Item, key: tuple[int, int, str], value: float) -> Row:
    cycle, n, kind = key
    return {
        "cycle": market.months[cycle],
        "month": market.months[n],
        "item": item.code,
        "kind": kind,
        "quantity": round(value, 1),
    }


def budget(market: m.Market) -> Iterator[Row]:
    """Budget of the horizon by item: units, revenue and margin."""
    for item in market.items:
        for n in range(m.HISTORY_MONTHS, len(market.months)):
            month = market.months[n]
            chain = 1 + m.NEW_CHAIN if item.family == "PLA" and month in m.NEW_CHAIN_MONTHS else 1.0
            years = month.year - 2026
            grown = 1 + item.growth * years
            value = market.expected[item.code][n] / chain / grown * (1 + item.growth * years / 3)
            now = m.promotion(item, month, history=False)
            net = item.price * (1 - now["discount"] if now else 1.0)
            yield {
                "item": item.code,
                "month": month,
                "quantity": round(value),
                "revenue": round(round(value) * net, 2),
                "margin": round(round(value) * (net - item.unit_cost), 2),
            }
