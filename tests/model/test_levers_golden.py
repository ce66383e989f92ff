"""KPI means of one card per lever on the small company, against a file that people read.

``make golden`` rewrites tests/golden/levers.json; read its difference before it is kept.
"""

import json
import math
from functools import cache
from pathlib import Path

import pytest

from sim.model.draws import paths
from sim.model.kpi import KPIS, Unit, estimates, window
from sim.model.run import run
from sim.model.scenario import Scenario
from tests.model.lever_cases import CARDS, company

GOLDEN = Path(__file__).parents[1] / "golden" / "levers.json"
BASELINE = "baseline"
RELATIVE = 1e-4  # single precision
SMALL = 1e-6  # of the revenue for money, of one for the rest: a difference that may be a rounding
KINDS = (BASELINE, *sorted(CARDS))


@cache
def _found(kind):
    problem = company()
    cards = () if kind == BASELINE else (CARDS[kind],)
    outcome = run(problem, Scenario(cards=cards), draws=paths(problem, draws=256, seed=1))
    means = {kpi.value: each.mean for kpi, each in estimates(outcome, window(problem)).items()}
    return {name: float(f"{mean:.8g}") for name, mean in means.items() if math.isfinite(mean)}


@pytest.fixture(scope="module")
def golden(request):
    if request.config.getoption("--golden"):
        body = {kind: _found(kind) for kind in KINDS}
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_every_lever_has_a_golden_outcome(golden):
    assert tuple(golden) == KINDS, "run make golden, then read the difference"


@pytest.mark.parametrize("kind", KINDS)
def test_outcome_is_the_golden_one(kind, golden):
    wanted, found = golden[kind], _found(kind)
    assert set(found) == set(wanted)
    money = {kpi.value for kpi, declared in KPIS.items() if declared.unit is Unit.MONEY}
    moved = [
        f"{kind}, {name}: was {value:,.8g}, now {found[name]:,.8g}"
        for name, value in wanted.items()
        if not math.isclose(
            found[name],
            value,
            rel_tol=RELATIVE,
            abs_tol=SMALL * (wanted["revenue"] if name in money else 1.0),
        )
    ]
    assert not moved, "figures moved (make golden keeps them if they are right):\n" + "\n".join(
        moved
    )
