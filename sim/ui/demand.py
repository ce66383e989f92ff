"""What the demand review shows: history, the months ahead, the evidence behind them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sim.forecast import SEASONAL, USED, ForecastResult
from sim.model import kpi
from sim.model.problem import Floats, Problem
from sim.report import charts, frames
from sim.report.frames import Unit, Units, View
from sim.report.style import Theme
from sim.report.text import NONE, Text
from sim.ui import data, results

NEAR, NEXT = (1, 3), (4, 6)  # lags in months
LAG = 3
PROMISED, TOLERATED = 0.80, 0.10  # share of months a band should hold; how far off is still fine
STAGES = ("statistical", "planner", "consensus")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is looked at: everything, one family, or one item of it."""

    dataset: str
    problem: Problem
    view: View
    family: int | None = None
    item: str | None = None


def scope_of(
    text: Text, dataset: str, *, view: View, family: str | None, item: str | None, money: bool
) -> Scope:
    """The scope that the controls of the page say."""
    problem = data.problem(dataset)
    number = problem.families.index(family) if family in problem.families else None
    shown = view if money else replace(view, units=in_units(view.units, text))
    return Scope(dataset=dataset, problem=problem, view=shown, family=number, item=item)


def in_units(units: Units, text: Text) -> Units:
    """The same axes counted in pieces."""
    pieces = Unit(label=text("chart.units"), factor=1.0, scale=None)
    return replace(units, flow=pieces, stock=pieces, money=False)


def fan_parts(scope: Scope, *, theme: Theme) -> tuple[pa.Table, dict[str, Any]]:
    """History and the months ahead with their bands."""
    ahead, bands = _ahead(scope)
    uses = "forecast" if data.plan_uses_forecast(scope.dataset) else "consensus"
    frame = frames.fan(
        _history(scope),
        _with_budget(scope, ahead),
        view=scope.view,
        unit=scope.view.units.flow,
        words=f"chart.end.{uses}",
    )
    spec = charts.fan_spec(
        scope.view.text.lang,
        theme,
        scope.view.density,
        unit=scope.view.units.flow.label,
        bands=bands,
    )
    return frame, spec


def _with_budget(scope: Scope, ahead: pd.DataFrame) -> pd.DataFrame:
    """The months ahead with the budget of what is looked at, where the company has one."""
    found = _budget(scope)
    return ahead if found is None else ahead.assign(budget=found)


def _budget(scope: Scope) -> Floats | None:
    """Budget by month of the horizon, in money or units; None for one item or without one."""
    space, months = data.workspace(scope.dataset), scope.problem.month_dates
    if scope.item is not None or not space.has("budget"):
        return None
    bounds = {"start": str(months[0]), "final": str(months[-1])}
    if scope.family is None:
        found = space.query("budget_total", **bounds)
    else:
        found = space.query("budget_by_family", **bounds)
        found = found[found["family"] == scope.problem.families[scope.family]]
    measure = "revenue" if scope.view.units.money else "units"
    known = pd.Series(found[measure].to_numpy(float), index=pd.to_datetime(found["month"]))
    budget: Floats = known.reindex(pd.to_datetime(list(months))).to_numpy(float)
    return budget if np.isfinite(budget).any() else None


def budget_of_year(scope: Scope) -> float | None:
    """Budget of the first year of the horizon; None when not complete."""
    found = _budget(replace(scope, family=None, item=None))
    total = math.nan if found is None else float(found[kpi.window(scope.problem)].sum())
    return total if math.isfinite(total) else None


def _history(scope: Scope) -> pd.DataFrame:
    space = data.workspace(scope.dataset)
    if scope.item is not None:
        found = space.query("history_by_item", item=scope.item)
    elif scope.family is not None:
        found = space.query("history_by_family")
        found = found[found["family"] == scope.problem.families[scope.family]]
    else:
        found = space.query("history_total")
    measure = "revenue" if scope.view.units.money else "units"
    return pd.DataFrame({"month": found["month"], "value": found[measure].astype(float)})


def _ahead(scope: Scope) -> tuple[pd.DataFrame, str]:
    if scope.item is None:
        outcome = results.reference(scope.problem)
        found = frames.simulated_demand(outcome, view=scope.view, family=scope.family)
        return found, "percentiles"
    return _item_ahead(scope), "levels"


def _item_ahead(scope: Scope) -> pd.DataFrame:
    """The plan of one item; with the bands of its forecast when there is one."""
    problem = scope.problem
    i = problem.items.index(str(scope.item))
    price = problem.price[i] if scope.view.units.money else 1.0
    ahead = pd.DataFrame({"month": list(problem.month_dates), "mean": problem.demand[i] * price})
    made = data.stored_forecast(scope.dataset)
    if made is None:
        return ahead
    own = made.frame[made.frame["unique_id"] == scope.item].set_index("ds")
    own = own.reindex(pd.to_datetime(ahead["month"]))
    for name in (f"{side}{level}" for level in (50, 80, 95) for side in ("lo", "hi")):
        ahead[name] = own[name].to_numpy(float) * price
    return ahead


def year_before(scope: Scope) -> float | None:
    """What was sold in the year before the first one of the horizon; None when not complete."""
    year = scope.problem.month_dates[kpi.window(scope.problem).start].year - 1
    found = _history(replace(scope, family=None, item=None))
    months = found[pd.to_datetime(found["month"]).dt.year == year]
    return float(months["value"].sum()) if len(months) == 12 else None


def league_rows(text: Text, made: ForecastResult) -> pd.DataFrame:
    """The methods by their error at one to three months; first what the items really get."""
    near = _bucket(made, NEAR).sort_values("wape")
    near = pd.concat([near[near["method"] == USED], near[near["method"] != USED]])
    later = _bucket(made, NEXT).set_index("method")["wape"]
    chosen = made.chosen["method"].value_counts()
    rows = []
    for line in near.to_dict(orient="records"):
        method = str(line["method"])
        strong = method == USED
        count = len(made.chosen) if strong else int(chosen.get(method, 0))
        cells = {
            "method": text(f"forecast.method.{method}"),
            "wape": _percent(text, line["wape"]),
            "long": _percent(text, later.get(method)),
            "bias": _percent(text, line["bias"], sign=True),
            "held": _percent(text, line["coverage80"], digits=0),
            "items": text.number(count),
        }
        rows.append(
            {
                text(f"ui.demand.column.{name}"): _strong(cell, strong)
                for name, cell in cells.items()
            }
        )
    return pd.DataFrame(rows)


def counts_line(text: Text, made: ForecastResult) -> str:
    """How many items each method serves, most first."""
    counts = made.chosen["method"].value_counts(sort=True)
    parts = [
        text(
            "ui.demand.chosen.part",
            method=text(f"forecast.method.{method}"),
            count=text.number(int(count)),
        )
        for method, count in counts.items()
    ]
    return text("ui.demand.chosen", parts=text("ui.demand.chosen.between").join(parts))


def season_line(text: Text, scope: Scope, made: ForecastResult) -> str | None:
    """Why the total can peak although most items have no season; None when all are alike."""
    method = made.chosen.set_index("unique_id")["method"]
    seasonal = set(method.index[method.isin([str(one) for one in SEASONAL])])
    if not seasonal or len(seasonal) == len(method):
        return None
    problem = scope.problem
    price = dict(zip(problem.items, problem.price.mean(axis=1), strict=True))
    weight = made.frame["unique_id"].map(price if problem.has_money else dict.fromkeys(price, 1.0))
    volume = made.frame["mean"] * weight.fillna(0.0)
    whole = float(volume.sum())
    if whole <= 0:
        return None
    share = float(volume[made.frame["unique_id"].isin(seasonal)].sum()) / whole
    return text(
        "ui.demand.season",
        count=text.number(len(seasonal)),
        total=text.number(len(method)),
        share=text.percent(share, 0),
    )


def calibration(text: Text, made: ForecastResult) -> tuple[str, bool] | None:
    """What the 80 % band really held in the back-test, and whether that is far off."""
    near = _bucket(made, NEAR)
    held = near.loc[near["method"] == USED, "coverage80"]
    if held.empty or not math.isfinite(float(held.iloc[0])):
        return None
    share = float(held.iloc[0])
    off = abs(share - PROMISED) > TOLERATED
    key = ("wide" if share > PROMISED else "narrow") if off else "held"
    return text(f"ui.demand.band.{key}", share=text.percent(share, 0)), off


def archive_rows(text: Text, dataset: str) -> pd.DataFrame:
    """Error and bias of the archived forecasts, by stage."""
    found = _archive(dataset)
    rows = []
    for stage in STAGES:
        lines = found[found["kind"] == stage]
        units = float(lines["units"].sum())
        if units <= 0:
            continue
        wape = float((lines["wape"] * lines["units"]).sum()) / units
        bias = float((lines["bias"] * lines["units"]).sum()) / units
        rows.append(
            {
                text("ui.demand.column.stage"): text(f"ui.demand.stage.{stage}"),
                text("ui.demand.column.wape"): text.percent(wape),
                text("ui.demand.column.bias"): _flagged(text, bias),
            }
        )
    return pd.DataFrame(rows)


def bias_rows(text: Text, dataset: str, problem: Problem) -> pd.DataFrame:
    """Bias of the consensus by family."""
    found = _archive(dataset)
    lines = found[found["kind"] == "consensus"].sort_values("bias", key=abs, ascending=False)
    return pd.DataFrame(
        [
            {
                text("word.family"): problem.label(text.lang, "family", line["family"]),
                text("ui.demand.column.bias"): _flagged(text, line["bias"]),
                text("ui.demand.column.wape"): text.percent(line["wape"]),
            }
            for line in lines.to_dict(orient="records")
        ]
    )


def against_rows(text: Text, scope: Scope, made: ForecastResult) -> pd.DataFrame:
    """The demand plan of the first year beside the statistical forecast, by family."""
    problem, window = scope.problem, kpi.window(scope.problem)
    months = pd.to_datetime(list(problem.month_dates[window]))
    ahead = made.frame.pivot_table(index="unique_id", columns="ds", values="mean", aggfunc="sum")
    units = ahead.reindex(index=list(problem.items), columns=months).fillna(0.0).to_numpy()
    price = problem.price[:, window] if scope.view.units.money else np.ones_like(units)
    families = len(problem.families)

    def by_family(amounts: Floats) -> list[float]:
        return list(np.bincount(problem.family, amounts.sum(axis=1), minlength=families))

    pairs = list(
        zip(by_family(problem.demand[:, window] * price), by_family(units * price), strict=True)
    )
    names = [problem.label(text.lang, "family", code) for code in problem.families]
    rows = [_against(text, scope, name, pair) for name, pair in zip(names, pairs, strict=True)]
    total = (sum(plan for plan, _ in pairs), sum(forecast for _, forecast in pairs))
    return pd.DataFrame([*rows, _against(text, scope, f"**{text('word.total')}**", total)])


def _against(text: Text, scope: Scope, name: str, pair: tuple[float, float]) -> Mapping[str, str]:
    plan, forecast = pair
    unit = scope.view.units.flow
    return {
        text("word.family"): name,
        text("ui.demand.column.plan"): unit.write(text, plan / unit.factor),
        text("ui.demand.column.statistical"): unit.write(text, forecast / unit.factor),
        text("ui.demand.column.gap"): unit.write(
            text, (plan - forecast) / unit.factor, decimals=2, sign=True
        ),
    }


def note_lines(text: Text, made: ForecastResult) -> list[str]:
    """What was particular in the histories, most frequent first."""
    lines = []
    for note, found in made.notes.groupby("note"):
        items = ", ".join(str(item) for item in found["unique_id"].head(4))
        more = " …" if len(found) > 4 else ""
        months = text.number(int(found["months"].max()))
        lines.append(f"{items}{more} : {text(f'forecast.note.{note}', months=months)}")
    return lines


def _bucket(made: ForecastResult, lags: tuple[int, int]) -> pd.DataFrame:
    league = made.league
    return league[(league["lag_from"] == lags[0]) & (league["lag_to"] == lags[1])]


def _archive(dataset: str) -> pd.DataFrame:
    found = data.workspace(dataset).query("forecast_accuracy")
    return found[found["lag"] == LAG]


def _flagged(text: Text, bias: float) -> str:
    written = text.percent(bias, sign=True)
    return f":red[**{written}**]" if abs(bias) > 0.05 else written


def _strong(written: str, strong: bool) -> str:
    return f"**{written}**" if strong else written


def _percent(text: Text, value: object, *, digits: int = 1, sign: bool = False) -> str:
    share = math.nan if value is None else float(str(value))
    return text.percent(share, digits, sign=sign) if math.isfinite(share) else NONE
