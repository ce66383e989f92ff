"""Sentences are made from the numbers, fit on one line, and exist in both languages."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.model import kpi
from sim.model.kpi import Kpi
from sim.report import frames, headline
from sim.report.text import LANGUAGES, text_for
from tests.report.outcomes import MONTHS, RESOURCES, company, outcome

FR, EN = text_for("fr"), text_for("en")
PROBLEM = company()
BASE, BETTER, BEST = (outcome(PROBLEM, decisions=d) for d in (0.0, 0.72, 0.95))
WINDOW = kpi.window(PROBLEM)


def plain(sentence: str) -> str:
    return sentence.replace("\u00a0", " ").replace("\u202f", " ")


def test_live_says_amount_share_and_limit():
    risk = BASE.unserved[:, :12].sum()
    november = BASE.unserved[:, 10].sum() / risk
    said = plain(headline.live(BASE, None, FR))
    assert said.startswith(f"{FR.number(risk / 1e6, 1)} M€ à risque en 2027")
    assert f"dont {round(100 * november)} % en novembre" in said
    assert "peinture" in said


def test_live_after_decisions_names_the_family_with_most_at_risk():
    said = headline.live(BETTER, BASE, EN)
    family = np.bincount(PROBLEM.family, BETTER.unserved[:, :12].sum(axis=1))
    name = PROBLEM.label("en", "family", PROBLEM.families[int(family.argmax())]).lower()
    assert "still at risk" in said
    assert name in said
    assert "the limits are now" in said


def test_amount_at_risk_is_the_kpi():
    found = kpi.estimates(BASE, WINDOW)[Kpi.AT_RISK].mean
    assert headline.at_risk(BASE, WINDOW) == pytest.approx(found)


def test_nothing_wrong_names_the_tightest_month():
    said = plain(headline.live(BEST, BASE, FR))
    assert said.startswith("Tout est servi à 97 % ou plus ; le mois le plus tendu est novembre")
    assert headline.live(outcome(PROBLEM, decisions=1.0), BASE, EN).startswith("All demand")


def test_a_card_without_effect_says_where_the_limit_is():
    said = headline.live(BASE, BASE, FR, changed=True)
    assert said.startswith("Sans effet")
    assert "peinture" in said
    assert not headline.without_effect(BETTER, BASE, window=WINDOW)


def test_limits_are_blamed_one_lead_time_earlier():
    unserved = np.zeros((4, MONTHS))
    unserved[0, 6] = 100.0
    limit = np.full((4, MONTHS), -1)
    limit[0, 5] = RESOURCES.index("TOL")
    late = replace(PROBLEM, lead_time=np.array([1, 0, 0, 0]))
    cut = replace(BASE, problem=late, unserved=unserved, plan=replace(BASE.plan, limit=limit))
    blame = headline.blame_by_resource(cut, WINDOW)
    assert blame[RESOURCES.index("TOL")] == 100.0
    assert blame.sum() == 100.0
    assert headline.limiting_resources(cut, WINDOW) == [RESOURCES.index("TOL")]


def test_without_capacity_no_resource_is_blamed():
    said = headline.live(outcome(company(capacity=False)), None, EN)
    assert "stock does not cover" in said


def test_without_prices_the_sentence_counts_units():
    bare = company(money=False)
    said = plain(headline.live(outcome(bare), None, FR))
    assert "unités à risque" in said
    assert "€" not in said


@pytest.mark.parametrize("text", [FR, EN])
@pytest.mark.parametrize("decisions", [0.0, 0.3, 0.72, 0.95, 1.0])
def test_sentences_fit_on_one_line(text, decisions):
    long_names = {
        lang: {f"resource:{code}": "Un nom de ressource vraiment long" for code in RESOURCES}
        for lang in LANGUAGES
    }
    verbose = replace(PROBLEM, labels=long_names)
    for problem in (PROBLEM, verbose):
        result, base = outcome(problem, decisions=decisions), outcome(problem)
        for sentence in (
            headline.live(result, base, text),
            headline.supply(result, text=text),
            compared({"A": result, "B": base}, base, text=text),
            headline.cockpit(base, [date(2027, 2, 12)], text=text),
            headline.demand(problem, text=text, budget=50e6),
        ):
            assert 0 < len(sentence) <= headline.LONGEST


def compared(outcomes, base, *, text):
    values = {letter: kpi.per_draw(each, WINDOW) for letter, each in outcomes.items()}
    money = base.problem.has_money
    return headline.compare(values, kpi.per_draw(base, WINDOW), text=text, money=money)


def test_compare_names_the_best():
    said = plain(compared({"A": BETTER, "B": BEST}, BASE, text=FR))
    gain = kpi.differences(BEST, BASE, WINDOW)[Kpi.NET_MARGIN].mean
    assert said.startswith("B sert")
    assert f"+{FR.number(gain / 1e6, 2)} M€" in said


def test_compare_says_when_two_are_worth_the_same():
    twin = outcome(PROBLEM, decisions=0.7201)
    said = plain(compared({"A": BETTER, "B": twin}, BASE, text=FR))
    assert "se valent" in said
    assert "±" in said
    assert "A demande moins de stock" in said


def test_compare_says_when_two_give_the_same():
    said = compared({"A": BETTER, "B": BETTER}, BASE, text=EN)
    assert said == "A and B give exactly the same result"


def test_compare_when_service_and_margin_disagree():
    dear = replace(BEST, overtime_cost=np.full_like(BEST.overtime_cost, 1e6))
    said = compared({"A": BETTER, "B": dear}, BASE, text=EN)
    assert said.startswith("A earns most")
    assert "B serves better" in said


def test_compare_when_nothing_gains():
    said = compared({"A": BASE}, BEST, text=EN)
    assert said.startswith("Nothing earns more than the reference")


def test_compare_without_scenario_or_without_prices():
    assert compared({}, BASE, text=EN).startswith("Save a scenario")
    bare = company(money=False)
    said = compared({"A": outcome(bare, decisions=0.5)}, outcome(bare), text=EN)
    assert said.startswith("A serves most")


def test_demand_against_budget_and_last_year():
    total = float((PROBLEM.demand * PROBLEM.price)[:, :12].sum())
    assert "above budget" in headline.demand(PROBLEM, text=EN, budget=total - 1e6)
    assert "€1.0M below budget" in headline.demand(PROBLEM, text=EN, budget=total + 1e6)
    assert "+25.0%" in headline.demand(PROBLEM, text=EN, before=total / 1.25)
    assert headline.demand(PROBLEM, text=EN).startswith("Demand 2027: €")


def test_cockpit_gives_the_first_date():
    days = [date(2027, 3, 31), date(2027, 2, 12)]
    assert plain(headline.cockpit(BASE, days, text=EN)).endswith("12 Feb")
    assert "without a decision" in headline.cockpit(BASE, [], text=EN)


def test_alt_text_holds_title_and_labels():
    view = frames.View(text=FR, units=frames.units_for(PROBLEM, FR))
    said = headline.alt("Demande et offre", frames.balance(BASE, None, view=view))
    assert said.startswith("Demande et offre · ")
    assert "non servi" in said


@pytest.mark.parametrize(("lang", "words"), [("fr", "sans goulot"), ("en", "without a bottleneck")])
def test_a_plan_that_leaves_more_open_than_its_bottlenecks_is_the_cause(lang, words):
    free = replace(BASE.plan, limit=np.full_like(BASE.plan.limit, -1), stock=-1 - BASE.unserved)
    assert words in headline.supply(replace(BASE, plan=free), text=text_for(lang))
    assert words not in headline.supply(BASE, text=text_for(lang))
