"""The tables of the demand review as files: readable heads, raw numbers."""

import pandas as pd

from sim.forecast import ForecastResult
from sim.model.problem import Problem
from sim.report.cells import Style, column
from sim.report.text import Text

LEAGUE = (  # column of the league, text key of its head, how its numbers read
    ("lag_from", "ui.demand.column.first_lag", None),
    ("lag_to", "ui.demand.column.last_lag", None),
    ("wape", "ui.demand.column.wape", Style.SHARE),
    ("bias", "ui.demand.column.bias", Style.SHARE),
    ("mase", "ui.demand.column.mase", Style.DECIMAL),
    ("coverage80", "ui.demand.column.held", Style.SHARE),
    ("coverage90", "ui.demand.column.held_90", Style.SHARE),
    ("items", "ui.demand.column.items", None),
    ("forecasts", "ui.demand.column.forecasts", None),
)


def league_numbers(text: Text, made: ForecastResult) -> pd.DataFrame:
    """Error of every method by months ahead."""
    columns: dict[str, object] = {text("ui.demand.column.method"): _methods(text, made.league)}
    for name, key, style in LEAGUE:
        values = made.league[name].to_numpy()
        head = text(key)
        if style is Style.SHARE:
            head = text("table.with_unit", name=head, unit="%")
        columns[head] = values if style is None else column(values, style)
    return pd.DataFrame(columns)


def forecast_numbers(text: Text, problem: Problem, made: ForecastResult) -> pd.DataFrame:
    """The forecast by item and month with its bands, in units."""
    frame, unit = made.frame, text("chart.units")
    items = [str(item) for item in frame["unique_id"]]
    columns: dict[str, object] = {
        text("word.item"): items,
        text("word.name"): [problem.label(text.lang, "item", item) for item in items],
        text("word.month"): [day.date() for day in pd.to_datetime(frame["ds"])],
        text("ui.demand.column.method"): _methods(text, frame),
    }
    heads = {"mean": text("table.average")}
    for name in frame.columns:
        side, level = str(name)[:2], str(name)[2:]
        if side in {"lo", "hi"} and level.isdigit():
            heads[str(name)] = text("table.low" if side == "lo" else "table.high", level=level)
    for name, head in heads.items():
        values = column(frame[name].to_numpy(float), Style.COUNT)
        columns[text("table.with_unit", name=head, unit=unit)] = values
    return pd.DataFrame(columns)


def _methods(text: Text, table: pd.DataFrame) -> list[str]:
    return [text(f"forecast.method.{method}") for method in table["method"]]
