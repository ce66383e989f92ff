"""The supply review: one mode drives the page, its figures add up, operations sign."""

import re
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st

from sim.model import kpi
from sim.model.outcome import Measure, PlanStatus
from sim.model.planner import Program
from sim.model.problem import PlanMode, ResourceKind, Workforce
from sim.model.run import run
from sim.model.scenario import Scenario
from sim.report import frames, gap_tables, headline, series
from sim.report.text import text_for
from sim.store.sign_offs import SignOff
from sim.ui import (
    access,
    cockpit,
    data,
    downloads,
    results,
    supply,
    supply_files,
    supply_load,
    supply_parts,
    supply_sign,
)
from sim.ui.messages import plain
from tests.pages.test_pages import headline as sentence_of
from tests.pages.test_pages import words


def reviewed(lang: str = "fr", mode: PlanMode = PlanMode.CHASE) -> supply.Reviewed:
    return supply.reviewed(text_for(lang), data.store().latest().id, mode)


@pytest.fixture
def demo(visit):
    visit("cockpit")
    return reviewed()


@pytest.mark.parametrize(("lang", "risk"), [("fr", "à risque"), ("en", "at risk")])
def test_the_page_opens_on_the_worst_cell(visit, lang, risk) -> None:
    app = visit("supply_review", lang)
    assert [one.value for one in app.error] == []
    assert risk in sentence_of(app)
    one = reviewed(lang)
    r, t = supply.worst_cell(one.problem)
    name = one.problem.label(lang, "resource", one.problem.resources[r])
    assert f"#### {name} · {one.text.month(one.problem.month_dates[t])}" in words(app)


@pytest.mark.parametrize("mode", [mode for mode in PlanMode if mode is not PlanMode.CHASE])
def test_the_mode_drives_the_sentence_and_the_gaps(visit, mode) -> None:
    app = visit("supply_review")
    before = sentence_of(app)
    app.segmented_control(key="supply.mode").set_value(mode).run()
    assert [one.value for one in app.error] == []
    assert sentence_of(app) != before
    one = reviewed(mode=mode)
    for _, amount in gap_tables.by_cause(one.gaps, one.problem, text=one.text, window=one.window):
        assert amount in words(app).replace("\\", "")


def test_a_clicked_cell_is_the_one_it_says(demo) -> None:
    problem = demo.problem
    order = frames.worst_first(frames.required_share(problem), rows=supply.ROWS)
    assert supply.cell_of(problem, f"2 {problem.month_dates[5]:%Y-%m}") == (order[2], 5)
    for bad in (
        "",
        "99 2027-01",
        "0 1999-01",
        "x y",
        "-1 2027-01",
        "² 2027-01",
        "9" * 5000 + " 2027-01",
    ):
        assert supply.cell_of(problem, bad) is None
    rows = frames.required_load(problem, view=demo.view, chosen=(order[2], 5)).to_pylist()
    (framed,) = [row for row in rows if row["part"] == "chosen"]
    assert framed["cell"] == f"2 {problem.month_dates[5]:%Y-%m}"


def test_names_of_the_company_are_words_and_no_markdown(demo) -> None:
    codes = {f"family:{code}": "[a](//b)" for code in demo.problem.families}
    codes |= {f"resource:{code}": "*a*" for code in demo.problem.resources}
    one = replace(demo, problem=replace(demo.problem, labels={"fr": codes}))
    months = gap_tables.months_shown(one.gaps, one.window, most=3, money=True)
    rows = gap_tables.gap_rows(
        one.gaps, one.problem, text=one.text, window=one.window, months=months, plain=plain
    )
    cells = " ".join(str(cell) for cell in rows.to_numpy().ravel())
    assert plain("[a](//b)") in cells
    assert "[a](" not in cells
    assert plain("*a*") in cells
    assert "gray[*a*" not in cells
    assert supply_parts.material_rows(one).iloc[0, 0] == plain("*a*")


def test_families_of_a_cell_add_up_to_what_is_required(demo) -> None:
    r, t = supply.worst_cell(demo.problem)
    found = supply.families_of(demo, r, t)
    assert sum(load for _, load, _ in found) == pytest.approx(frames.required(demo.problem)[r, t])
    assert sum(share for *_, share in found) == pytest.approx(1.0, abs=0.02)


def test_bottlenecks_and_gaps_by_cause_say_the_same(demo) -> None:
    worst = dict(supply.bottlenecks(demo))
    found = demo.gaps
    money = found.money[:, :, demo.window].sum(axis=(1, 2))
    named = {c.resource: m for c, m in zip(found.causes, money, strict=True) if c.resource >= 0}
    assert worst == pytest.approx({r: m for r, m in named.items() if m > 0})
    at_risk = headline.at_risk(demo.outcome, kpi.window(demo.problem))
    assert money.sum() == pytest.approx(at_risk)
    # Family by family and month by month: every unit asked for and not served has one cause.
    assert found.money.sum() == pytest.approx(demo.outcome.unserved.sum())
    families = demo.outcome.families
    missed = (families[Measure.DEMAND_UNITS] - families[Measure.SERVED_UNITS]).mean(axis=0)
    assert found.units.sum(axis=0) == pytest.approx(np.maximum(missed, 0.0), rel=1e-6, abs=1e-6)
    assert len(supply.stakes(demo)) <= supply.MOST


def test_the_worth_of_one_more_is_confirmed_by_solving_again(visit) -> None:
    visit("supply_review")
    one = reviewed()
    prices = supply.duals(one.problem)
    rows = supply.worth_rows(one)
    cells = supply.to_solve(one, rows)
    told: list[float] = []
    found = supply.worths(one.problem, cells, told=told.append)
    assert told[-1] == 1.0
    for r, t in cells:
        assert 0 <= found.gained[r, t] <= prices[r, t] * (1 + 1e-6) + 1e-6
    assert (found.best[prices <= supply.NOTHING] == 0).all()
    # Two plans solved apart, each from nothing, cost this much less or more.
    r, t = max(cells, key=lambda cell: found.gained[cell])
    capacity = one.problem.capacity.copy()
    capacity[r, t] += 1.0
    more = replace(one.problem, capacity=capacity)
    plain, with_one = (
        Program().solve(asked, PlanMode.OPTIMAL).objective for asked in (one.problem, more)
    )
    assert found.gained[r, t] == pytest.approx(plain - with_one, rel=1e-4)
    assert found.best.max() > 0
    assert all(prices[r].max() > 0 or r in dict(supply.bottlenecks(one)) for r in rows)


def test_what_was_not_solved_in_time_is_tried_again_in_the_next_visit(demo, monkeypatch) -> None:
    other = replace(demo.problem, opening_stock=demo.problem.opening_stock + 1.0)
    r, t = supply.worst_cell(other)
    quick = supply._program
    monkeypatch.setattr(supply, "_program", lambda: Program(time_limit=0.0))
    assert supply.duals(other) is None
    assert supply.one_more(other, r, t) is None
    monkeypatch.setattr(supply, "_program", quick)
    assert supply.duals(other) is None  # this visit does not wait for it at each step
    st.session_state.pop("supply.late")
    assert supply.duals(other) is not None
    assert supply.one_more(other, r, t) is not None


def test_modes_are_compared_with_chase_on_the_same_draws(demo) -> None:
    table = supply.mode_table(demo)
    assert list(table.columns[1:]) == ["Suivi (affiché)", "Nivelé", "Mixte", "Optimal"]
    assert all("±" in cell for cell in table["Optimal"])
    numbers = supply.mode_numbers(demo)
    assert len(numbers) == len(supply.MODES) * len(kpi.Kpi)
    # Each mode run alone, by nothing but the model, on the same draws.
    drawn, problem = results.draws(demo.problem), demo.problem
    alone = {mode: run(problem, Scenario(mode=mode), draws=drawn) for mode in supply.MODES}
    for mode in supply.MODES[1:]:
        shown = results.differences(problem, Scenario(mode=mode))
        for name in (kpi.Kpi.TOTAL_COST, kpi.Kpi.STOCK_MEAN, kpi.Kpi.FILL_RATE):
            after, before = (
                kpi.KPIS[name].formula(alone[each], demo.window) for each in (mode, PlanMode.CHASE)
            )
            assert shown[name].mean == pytest.approx((after - before).mean(), rel=1e-9)


def sign(app, name: str):
    app.text_input(key=supply_sign.NAME).set_value(name).run()
    return app.button(key="supply.sign.do").click().run()


def test_a_plan_that_breaks_a_limit_or_a_visitor_without_the_role_cannot_sign(
    demo, monkeypatch
) -> None:
    assert supply_sign.refusal(demo) == ""
    broken = replace(demo.outcome.plan, status=PlanStatus.INFEASIBLE)
    assert supply_sign.refusal(replace(demo, outcome=replace(demo.outcome, plan=broken)))
    monkeypatch.setattr(access, "roles", lambda: frozenset({access.Role.FINANCE}))
    assert "responsable de l’offre" in supply_sign.refusal(demo)


def test_materials_and_storage_are_told_and_missing_people_named(demo) -> None:
    (row,) = supply_parts.material_rows(demo).to_dict("records")
    assert row["Matière"] == "Fonte achetée"
    assert "700" in supply_parts.storage_sentence(demo)
    assert supply_parts.headcount_rows(demo).empty
    endless = replace(demo.problem, storage=np.full(demo.problem.months, np.inf))
    assert "pas dans les données" in supply_parts.storage_sentence(replace(demo, problem=endless))
    hours = tuple(ResourceKind.HOURS for _ in demo.problem.resources)
    none = replace(demo, problem=replace(demo.problem, resource_kind=hours))
    assert supply_parts.material_rows(none).empty


def test_people_needed_are_load_over_hours_of_one(demo) -> None:
    problem, count = demo.problem, len(demo.problem.resources)
    shape = problem.capacity.shape
    hours = np.zeros(shape)
    hours[0] = 100.0
    force = Workforce(
        workers=np.full(count, 12.0),
        hours=hours,
        overtime=np.zeros(shape),
        wage=np.zeros(shape),
        hire_cost=np.zeros(count),
        layoff_cost=np.zeros(count),
        lead=np.zeros(count, dtype=np.int64),
    )
    one = replace(demo, problem=replace(problem, workforce=force))
    (row,) = supply_parts.headcount_rows(one).to_dict("records")
    peak = frames.required(problem)[0].max() / 100.0
    assert row["Besoin au plus fort"].startswith(one.text.number(float(peak), 1))


def test_without_prices_or_capacity_the_page_says_what_is_missing(visit, monkeypatch) -> None:
    visit("cockpit")
    problem = data.problem(data.store().latest().id)
    bare = replace(problem, price=np.zeros_like(problem.price))
    for changed, missing in (
        (bare, "Sans prix de vente"),
        (replace(problem, routing=np.zeros_like(problem.routing)), "Aucune capacité"),
        (replace(problem, capacity=np.full_like(problem.capacity, np.inf)), "aucune limite connue"),
    ):
        monkeypatch.setattr(data, "problem", lambda _, changed=changed: changed)
        app = visit("supply_review")
        assert [one.value for one in app.error] == []
        assert missing in words(app).replace("\\", "")


def test_files_hold_numbers_with_their_units(demo) -> None:
    text, problem = demo.text, demo.problem
    gaps = gap_tables.gap_numbers(demo.gaps, problem, text=text)
    money = gaps[next(name for name in gaps.columns if "€" in name)]
    assert sum(money) == pytest.approx(results.reference(problem).unserved.sum(), rel=1e-3)
    load = series.required_load(problem, text=text)
    assert len(load) == problem.capacity.size
    assert not [name for name in load.columns if re.search(r"table\.|word\.", name)]


def test_the_cockpit_knows_whether_the_plan_is_signed(demo, monkeypatch) -> None:
    monkeypatch.setattr(supply_sign, "latest", lambda: None)
    card = cockpit._supply_step(demo.text, demo.dataset, waits=False)
    assert (card.state, card.facts) == ("now_too", ("Faisabilité à signer",))
    plan = {"mode": "chase", "outcome": demo.outcome.hash}
    signed = SignOff(
        step="supply_review", author="Anna", at="2027-01-09T10:00", dataset=demo.dataset, **plan
    )
    monkeypatch.setattr(supply_sign, "latest", lambda: signed)
    card = cockpit._supply_step(demo.text, demo.dataset, waits=False)
    assert (card.state, card.facts) == ("done", ("Signée par Anna le 9\xa0janv.",))
    stale = replace(signed, outcome="x")
    monkeypatch.setattr(supply_sign, "latest", lambda: stale)
    assert cockpit._supply_step(demo.text, demo.dataset, waits=False).state == "now_too"


def test_the_heat_map_can_be_taken_away(visit) -> None:
    visit("supply_review")
    one = reviewed("en")
    picture = supply_files._heat(one)()
    assert downloads._svg(picture).lstrip().startswith(b"<svg")
    assert "params" not in picture.spec
    assert picture.stamp.hash == one.outcome.hash
    sheet = supply_files._sheet(one, "gaps", supply_files._gaps)()
    assert downloads._xlsx(sheet, "Gap")[:2] == b"PK"


def test_the_heat_map_counts_hours_too(visit) -> None:
    app = visit("supply_review")
    app.segmented_control(key=supply.UNIT).set_value(supply.HOURS).run()
    assert [one.value for one in app.error] == []
    one = replace(reviewed(), hours=True)
    rows, spec = supply_load.heat_parts(one, None)
    assert "heures" in spec["title"]["subtitle"]
    cells = [row for row in rows.to_pylist() if row["part"] == "month"]
    order = frames.worst_first(frames.required_share(one.problem), rows=supply.ROWS)
    asked = frames.required(one.problem)
    for row in cells:
        r, t = supply.cell_of(one.problem, row["cell"])
        assert order[int(row["rank"])] == r
        assert row["text"] == one.text.number(float(asked[r, t]))
    assert {"Fonte achetée, jeux", "Peinture poudre"} <= {row["row"] for row in cells}
    (share,) = [row for row in cells if row["cell"] == f"0 {one.problem.month_dates[9]:%Y-%m}"]
    assert "soit 175" in share["t_load"]


def test_without_capacity_the_way_to_bring_it_is_a_button(visit, monkeypatch) -> None:
    visit("cockpit")
    problem = data.problem(data.store().latest().id)
    bare = replace(problem, routing=np.zeros_like(problem.routing))
    monkeypatch.setattr(data, "problem", lambda _: bare)
    app = visit("supply_review", "en")
    assert "`routing`" in words(app)
    assert supply.UNIT not in [one.key for one in app.get("button_group")]
    app.button(key="supply.collect").click().run()
    assert not app.exception
    assert "step 0, collect" in words(app)
