"""The scatter of service and margin: its frontier, its words, and where the names stand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model import kpi
from sim.model.aids import Frontier, frontier
from sim.model.kpi import Kpi
from sim.model.outcome import Outcome
from sim.report import efficient, frames, series
from sim.report.frames import corners
from sim.report.frames.corners import place_names
from sim.report.frames.scatter import CROSSES
from sim.report.style import CHOICES, Density
from sim.report.text import text_for
from tests.report.outcomes import company, outcome
from tests.report.test_frames import texts

FR, EN = text_for("fr"), text_for("en")
PROBLEM = company()
BASE, BETTER, BEST = (outcome(PROBLEM, decisions=d) for d in (0.0, 0.72, 0.95))
VIEW = frames.View(text=FR, units=frames.units_for(PROBLEM, FR))
WINDOW = kpi.window(PROBLEM)


def front(*outcomes: Outcome) -> Frontier:
    samples = [kpi.per_draw(each, WINDOW) for each in outcomes]
    return frontier(
        np.array([one[Kpi.NET_MARGIN] for one in samples]),
        np.array([one[Kpi.FILL_RATE] for one in samples]),
    )


def test_scatter_needs_two_scenarios():
    alone = frames.scatter(
        {"ref": kpi.estimates(BASE, WINDOW)}, {"ref": "Réf."}, view=VIEW, front=front(BASE)
    )
    assert texts(alone, "note") == ["Enregistrez un deuxième scénario"]


def test_scatter_places_names_and_keeps_numbers():
    results = {"ref": BASE, "A": BETTER, "B": BEST}
    found = {letter: kpi.estimates(each, WINDOW) for letter, each in results.items()}
    names = dict.fromkeys(found, "Nom")
    frame = frames.scatter(found, names, view=VIEW, front=front(BASE, BETTER, BEST)).to_pandas()
    points = frame[frame["part"] == "point"].set_index("letter")
    assert points.loc["B", "service"] == found["B"][Kpi.FILL_RATE].mean
    assert points.loc["B", "margin"] == pytest.approx(found["B"][Kpi.NET_MARGIN].mean / 1e6)
    assert set(points["side"]) <= {"left", "right"}


def test_scatter_joins_the_frontier_and_says_who_dominates_the_others():
    results = {"ref": BASE, "A": BETTER, "B": BEST}
    found = {letter: kpi.estimates(each, WINDOW) for letter, each in results.items()}
    efficient = front(BASE, BETTER, BEST)
    names = dict.fromkeys(found, "Nom")
    frame = frames.scatter(found, names, view=VIEW, front=efficient).to_pandas()
    line = frame[frame["part"] == "line"].sort_values("rank")
    points = frame[frame["part"] == "point"].set_index("letter")
    on = [list(found)[n] for n in efficient.line]
    assert list(line["service"]) == list(points.loc[on, "service"])
    assert line["margin"].is_monotonic_decreasing
    for n, one in efficient.behind.items():
        row = points.iloc[n]
        assert row["standing"] == ("dominated" if one.dominated else "efficient")
        assert list(found)[one.by] in row["t_standing"]
    assert (points.loc[on, "standing"] == "efficient").all()


def points(*places: tuple[float, float], crosses: bool) -> list[dict[str, object]]:
    """Points with three names each: as they are, shorter, a letter."""
    ends = ("service_p5", "service_p95", "margin_p5", "margin_p95")
    found = []
    for n, (service, margin) in enumerate(places):
        spread = (service - 0.03, service + 0.02, margin - 1.5, margin + 1.5)
        letter = "ABCDEFG"[n]
        row = {"texts": (f"{letter} · Un nom assez long vraiment", f"{letter} · Un nom", letter)}
        row |= {"service": service, "margin": margin}
        found.append(row | dict(zip(ends, spread if crosses else [None] * 4, strict=True)))
    return found


def hidden(rows: list[dict[str, object]], density: Density) -> int:
    """How many names touch another name, a marker or a cross."""
    plot = corners.plot_of(rows, density)
    boxes = [corners.box(row, plot) for row in rows]
    taken = [arm for row in rows for arm in corners.arms(row, plot)]
    found = corners.overlaps(np.array(boxes), np.array([*taken, *boxes]))
    own = np.arange(len(rows))
    found[own, len(taken) + own] = 0.0
    return int((found > 0).any(axis=1).sum())


@pytest.mark.parametrize("density", CHOICES)
@pytest.mark.parametrize("near", [0.0, 1e-4, 1e-3])
@pytest.mark.parametrize("count", [2, 3, 4, 5, 7])
def test_names_of_scenarios_that_coincide_stand_apart(count, near, density):
    crosses = count <= CROSSES
    rows = points(
        (0.90, 22.0),
        *((0.95 + near * n, 25.0 + near * n) for n in range(1, count)),
        crosses=crosses,
    )
    place_names(rows, density=density)
    assert hidden(rows, density) == 0


@given(
    places=st.lists(
        st.tuples(st.floats(0.85, 0.99), st.floats(20.0, 26.0)), min_size=2, max_size=7
    ),
    density=st.sampled_from(CHOICES),
)
def test_no_name_stands_over_a_cross_or_another_name(places, density):
    rows = points(*places, crosses=len(places) <= CROSSES)
    place_names(rows, density=density)
    assert hidden(rows, density) == 0


def behind(*, margin: float, service: float) -> Frontier:
    """Two scenarios in three draws; the second gives up so much of the first's margin, service."""
    swing = np.array([-1.0, 0.0, 1.0])
    return frontier(
        np.array([24e6 + 1e5 * swing, 24e6 - margin + 2e5 * swing]),
        np.array([0.95 + 0.01 * swing, 0.95 - service + 0.01 * swing]),
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (behind(margin=5e6, service=0.02), "A domine B\u00a0: plus de marge (+5,00\u00a0M€"),
        (behind(margin=5e6, service=0.0), "autant de service"),
        (behind(margin=0.0, service=0.02), "meilleur service (+2,0\u00a0pt\u00a0±\u00a00,00)"),
        (behind(margin=1e5, service=0.0), "B et A se valent à l’erreur près"),
    ],
)
def test_who_is_behind_is_told_by_whom_and_by_how_much(given, words):
    said = efficient.sentences(given, ["A", "B"], text=FR)
    assert said[0].endswith("\u00a0: A")
    assert words in said[1]


def test_the_reference_is_called_so_in_a_sentence():
    said = efficient.sentences(behind(margin=5e6, service=0.02), ["ref", "A"], text=EN)
    assert said[0].endswith(": the reference")
    assert said[1].startswith("The reference dominates A: ")


def test_the_file_of_the_scatter_says_where_each_scenario_stands():
    results = {"ref": BASE, "A": BETTER, "B": BEST}
    found = {letter: kpi.estimates(each, WINDOW) for letter, each in results.items()}
    efficiency = front(*results.values())
    table = series.trade_off(found, dict.fromkeys(found, "Nom"), front=efficiency, text=FR)
    assert set(table["Frontière"]) <= {"sur la frontière", "dominé par B", "dominé par A"}
    beyond = table["Marge nette de plus du dominant (€)"]
    for n, value in enumerate(beyond):
        one = efficiency.behind.get(n)
        assert (value is None) == (one is None)
        assert one is None or float(value) == one.margin.mean
