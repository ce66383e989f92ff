"""The gap table in words and numbers: it adds up, and says the cause of each gap."""

from dataclasses import replace

import numpy as np
import pytest

from sim.model import kpi
from sim.model.aids.gaps import gaps
from sim.report import gap_tables
from sim.report.text import LANGUAGES, text_for
from tests.report.outcomes import company, outcome

PROBLEM = company()
OUTCOME = outcome(PROBLEM, decisions=0.0)
FOUND = gaps(OUTCOME)
WINDOW = kpi.window(PROBLEM)
FR = text_for("fr")


def test_the_worst_months_are_shown_in_their_order() -> None:
    months = gap_tables.months_shown(FOUND, WINDOW, most=4, money=True)
    missed = OUTCOME.unserved.sum(axis=0)
    assert months == sorted(np.argsort(-missed[WINDOW])[:4].tolist())
    served = replace(OUTCOME, unserved=np.zeros_like(OUTCOME.unserved))
    assert gap_tables.months_shown(gaps(served), WINDOW, most=4, money=True) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_row_per_family_and_a_total_in_money_and_units(lang) -> None:
    text = text_for(lang)
    rows = gap_tables.gap_rows(FOUND, PROBLEM, text=text, window=WINDOW, months=[10])
    assert len(rows) == len(PROBLEM.families) + 1
    total = rows.iloc[-1]
    money = -OUTCOME.unserved[:, 10].sum() / 1e3
    assert total.iloc[1].startswith(f"**{text.number(money)}** (")
    assert ":gray[" in total.iloc[1]
    assert ":gray[" not in total.iloc[-1]


def test_many_families_and_causes_are_cut_to_the_worst(monkeypatch) -> None:
    monkeypatch.setattr(gap_tables, "FAMILIES", 2)
    monkeypatch.setattr(gap_tables, "CAUSES", 1)
    rows = gap_tables.gap_rows(FOUND, PROBLEM, text=FR, window=WINDOW, months=[10])
    assert len(rows) == 3
    told = gap_tables.by_cause(FOUND, PROBLEM, text=FR, window=WINDOW)
    assert [name for name, _ in told][1:] in ([], [FR("gap.others")])


def test_numbers_for_a_file_add_up() -> None:
    table = gap_tables.gap_numbers(FOUND, PROBLEM, text=FR)
    assert sum(table.iloc[:, -1]) == pytest.approx(OUTCOME.unserved.sum(), rel=1e-4)
    assert sum(table.iloc[:, -2]) == pytest.approx(FOUND.units.sum(), rel=1e-4)
    bare = company(money=False)
    table = gap_tables.gap_numbers(gaps(outcome(bare, decisions=0.0)), bare, text=FR)
    assert not [name for name in table.columns if "€" in name]
