"""The cockpit's verdict and decisions: nothing small is red, nothing late is offered as timely."""

from dataclasses import replace
from datetime import date

import pytest

from sim.model.kpi import Estimate
from sim.report.text import text_for
from sim.ui import cockpit, data, results


@pytest.fixture
def demo(visit):
    visit("cockpit")
    used = data.store().latest().id
    return used, data.problem(used)


def test_an_amount_below_the_floor_is_served_and_nothing_is_red(demo, monkeypatch) -> None:
    text, (_, problem) = text_for("fr"), demo
    reference = results.reference(problem)
    crumbs = replace(reference, unserved=reference.unserved * 1e-5)
    monkeypatch.setattr(results, "reference", lambda _: crumbs)
    assert not cockpit.is_material(problem)
    assert cockpit.red_list(text, problem, []) == []
    assert "à risque sans décision" not in cockpit.verdict(text, problem, [])


def test_the_verdict_dates_only_what_can_still_be_decided(demo) -> None:
    text, (used, problem) = text_for("fr"), demo
    offered = cockpit.decisions(text, problem, used)
    assert all(not one.late for one in offered)
    gone = [replace(one, day=date(2020, 3, 31), late=True) for one in offered]
    assert "31 mars" not in cockpit.verdict(text, problem, gone)
    rows = cockpit.decision_rows(text, problem, gone)
    assert all(cell.startswith(":red[trop tard depuis le") for cell in rows.iloc[:, 0])


def test_only_gains_beyond_two_standard_errors_are_offered(demo, monkeypatch) -> None:
    text, (used, problem) = text_for("fr"), demo
    every = results.differences

    def poorer(problem, scenario):
        found = dict(every(problem, scenario))
        for name, each in found.items():
            found[name] = replace(each, mean=-abs(each.mean))
        return found

    assert cockpit.decisions(text, problem, used)
    monkeypatch.setattr(results, "differences", poorer)
    assert cockpit.decisions(text, problem, used) == []


def test_a_gain_has_one_unit_and_no_error_written_as_zero(demo) -> None:
    text, (_, problem) = text_for("fr"), demo

    def written(mean: float, error: float) -> str:
        effect = Estimate(mean=mean, p5=mean, p95=mean, error=error)
        return cockpit.gain(text, effect, money=problem.has_money)

    assert written(485_200.0, 12_300.0) == "+485\xa0±\xa012\xa0k€"
    assert written(1_500_000.0, 300.0) == "+1,50\xa0M€"
