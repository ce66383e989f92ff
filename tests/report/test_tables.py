"""Tables say what the KPIs say, with signs, units and errors."""

import math

import pytest

from sim.model import kpi
from sim.model.compare import assumption_differences
from sim.model.kpi import Estimate, Kpi
from sim.model.outcome import Measure
from sim.model.problem import PlanMode
from sim.model.scenario import Card, Scenario
from sim.report import series, tables
from sim.report.cells import Figure, Style
from sim.report.frames import View, units_for
from sim.report.text import text_for
from tests.report.outcomes import MONTHS, company, outcome

FR, EN = text_for("fr"), text_for("en")
PROBLEM = company()
BASE, BETTER = outcome(PROBLEM), outcome(PROBLEM, decisions=0.72)
WINDOW = kpi.window(PROBLEM)
FOUND = {"ref": kpi.estimates(BASE, WINDOW), "A": kpi.estimates(BETTER, WINDOW)}
CHANGES = {"A": kpi.differences(BETTER, BASE, WINDOW)}


def test_kpi_card_in_words():
    estimate = Estimate(mean=25.71e6, p5=24.9e6, p95=26.5e6, error=0.02e6)
    change = Estimate(mean=1.52e6, p5=1e6, p95=2e6, error=0.02e6)
    card = tables.write_kpi(Kpi.NET_MARGIN, estimate, change, text=FR)
    assert (card.value, card.change) == ("25,7\u00a0M€", "+1,52\u00a0M€")
    assert (card.spread, card.error, card.better) == ("24,9–26,5", "0,02", True)


def test_a_small_change_keeps_the_unit_of_its_value():
    estimate = Estimate(mean=1.81e6, p5=1.6e6, p95=1.9e6, error=0.0)
    change = Estimate(mean=0.65e6, p5=0.6e6, p95=0.7e6, error=0.0)
    card = tables.write_kpi(Kpi.STOCK_PEAK, estimate, change, text=EN)
    assert card.change == "+€0.65M"
    assert card.better is None


@pytest.mark.parametrize(
    ("name", "mean", "error", "better"),
    [
        (Kpi.FILL_RATE, 0.067, 0.001, True),
        (Kpi.FILL_RATE, -0.067, 0.001, False),
        (Kpi.AT_RISK, -3.8e6, 1e4, True),
        (Kpi.DECISION_COST, 9e4, 1e3, False),
        (Kpi.NET_MARGIN, 1e4, 9e3, None),  # within twice its standard error
        (Kpi.STOCK_PEAK, 1e6, 1.0, None),  # no good direction
        (Kpi.OTIF_PROXY, math.nan, math.nan, None),
        (Kpi.FILL_RATE, 0.0, 0.0, None),
    ],
)
def test_better_is_said_only_when_it_is_known(name, mean, error, better):
    assert tables.is_better(name, Estimate(mean=mean, p5=0, p95=0, error=error)) is better


def test_kpi_table_holds_value_difference_and_error():
    table = tables.kpi_table(FOUND, CHANGES, text=FR).set_index("kpi")
    assert list(table.columns) == ["ref", "A"]
    service = table.loc[FR("kpi.fill_rate"), "A"]
    change = CHANGES["A"][Kpi.FILL_RATE]
    assert service.startswith(f"**{FR.percent(FOUND['A'][Kpi.FILL_RATE].mean)}**")
    assert FR.points(change.mean) in service
    assert "\u00a0±\u00a0" in service
    assert "±" not in table.loc[FR("kpi.fill_rate"), "ref"]


def test_cells_of_a_row_have_the_same_decimals():
    table = tables.kpi_table(FOUND, CHANGES, text=EN).set_index("kpi")
    row = table.loc[EN("kpi.net_margin")]
    values = [row["ref"], row["A"].split("**")[1]]
    assert {len(value.rstrip("M").split(".")[1]) for value in values} == {2}


def test_without_prices_the_table_is_in_units():
    table = tables.kpi_table(FOUND, CHANGES, text=EN, money=False)
    assert not table.astype(str).apply(lambda column: column.str.contains("€")).any().any()


def test_numbers_of_the_table_have_words_units_and_formats():
    names = {"ref": "Référence", "A": "A · Samedis"}
    table = tables.kpi_numbers(FOUND, CHANGES, names, text=FR).set_index(["Indicateur", "Scénario"])
    share, margin = (
        table.loc[(FR(f"kpi.{name}"), "A · Samedis")] for name in ("fill_rate", "net_margin")
    )
    assert list(share[["Unité", "Unité de l’écart"]]) == ["%", "pt"]
    assert share["Moyenne"].style is Style.SHARE
    assert share["Écart avec la référence"] == 100 * CHANGES["A"][Kpi.FILL_RATE].mean
    assert margin["Unité"] == "€"
    assert margin["Moyenne"] == FOUND["A"][Kpi.NET_MARGIN].mean
    assert margin["Erreur type"] == CHANGES["A"][Kpi.NET_MARGIN].error
    assert table.loc[(FR("kpi.net_margin"), "Référence")]["Écart avec la référence"] is None


@pytest.mark.parametrize("text", [FR, EN])
@pytest.mark.parametrize("measure", ["balance", "stock", "service", "margin"])
def test_numbers_of_a_chart_are_one_row_per_month(measure, text):
    view = View(text=text, units=units_for(PROBLEM, text))
    found = series.by_month({"A": BETTER}, BASE, view=view, measure=measure, names={"A": "A · x"})
    assert list(found[text("word.month")]) == list(PROBLEM.month_dates)
    assert not set(found.columns) & {"part", "letter", "rank", "place", "t_mean", "tone"}
    numbers = found.iloc[:, 2:]
    assert all("(" in head for head in numbers.columns)
    assert numbers.map(lambda cell: isinstance(cell, Figure)).all(axis=None)
    mean, low, high = (numbers.iloc[:, n].astype(float) for n in range(3))
    assert ((low <= mean + 1e-9) & (mean <= high + 1e-9)).all()
    if measure != "margin":
        scale = 100 if measure == "service" else 1
        gap = scale * (mean - numbers.iloc[:, 3].astype(float))
        assert gap.tolist() == pytest.approx(numbers.iloc[:, 4].astype(float).tolist())


def test_assumptions_of_a_file_are_numbers_with_their_unit():
    card = Card(id="a", kind="overtime", value=0.15)
    table = tables.assumption_numbers(
        assumption_differences([Scenario(), Scenario(cards=(card,))]),
        ["Référence", "A · x"],
        text=FR,
        name=lambda one: one.kind,
        value=lambda one: (one.value, "%"),
    )
    assert list(table.columns) == ["Levier", "Unité", "Référence", "A · x"]
    assert table.to_numpy().tolist() == [["overtime", "%", None, 0.15]]


def test_cells_of_many_scenarios_all_break_alike():
    table = tables.kpi_table(FOUND, CHANGES, text=FR, stacked=True)
    assert all("**  \n" in cell for cell in table["A"])
    assert not any(" " in cell for cell in tables.kpi_table(FOUND, CHANGES, text=FR)["A"])


def test_errors_have_enough_decimals():
    change = Estimate(mean=0.0871, p5=0, p95=0, error=0.00004)
    card = tables.write_kpi(Kpi.FILL_RATE, FOUND["A"][Kpi.FILL_RATE], change, text=EN)
    assert card.error == "0.004"


def test_assumptions_that_differ():
    card = Card(id="a", kind="overtime", value=0.15)
    scenarios = [Scenario(), Scenario(cards=(card,), mode=PlanMode.OPTIMAL)]
    table = tables.assumptions(
        assumption_differences(scenarios),
        ["ref", "A"],
        text=FR,
        name=lambda one: f"nom {one.kind}",
        value=lambda one: FR.percent(one.value, 0),
    )
    assert table.to_numpy().tolist() == [
        ["Mode de planification", "Suivi", "Optimal"],
        ["nom overtime", "–", "15\u202f%"],
    ]


def test_headers_name_the_scenarios():
    found = tables.headers(["ref", "B"], {"B": "A + deuxième fondeur"}, text=FR)
    assert found == {"ref": "Référence", "B": "B · A + deuxième fondeur"}


def test_monthly_and_item_tables_hold_the_whole_horizon():
    monthly = tables.monthly_table(BETTER, text=EN)
    assert len(monthly) == MONTHS
    assert monthly["Revenue (€)"].sum() == pytest.approx(
        BETTER.total(Measure.REVENUE).mean(axis=0).sum()
    )
    items = tables.item_table(BETTER, text=FR)
    assert len(items) == MONTHS * len(PROBLEM.items)
    assert items["Demande, unités"].sum() == pytest.approx(PROBLEM.demand.sum())
    assert not {c for c in tables.monthly_table(outcome(company(money=False)), text=EN)} & {
        "Revenue (€)"
    }
