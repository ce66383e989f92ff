"""The decision page without a browser: its answers are those of the simulator."""

import re
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from sim.model.aids.matrix import under
from sim.model.kpi import Kpi
from sim.model.scenario import Card, Scenario
from sim.report import frames
from sim.ui import answers, data, decide_matrix, judging, results
from sim.ui.decide import ANSWERS, VIEW
from sim.ui.room import KEY
from tests.pages.test_pages import headline, words


def ask(app: AppTest, view: str) -> AppTest:
    return app.segmented_control(key=VIEW).set_value(view).run()


def answer(app: AppTest, view: str):
    """What the page has worked out last for a view."""
    kept = app.session_state[ANSWERS]
    return [kept[key] for key in kept if key[0] == view][-1]


def problem():
    return data.problem(data.store().latest().id)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_view_says_a_sentence_in_both_languages(visit, lang: str) -> None:
    app = visit("decide", lang)
    for view in ("gap", "seek", "matrix", "spread"):
        ask(app, view)
        assert not app.exception
        assert [one.value for one in app.error] == []
        assert len(headline(app)) > 20
        assert re.findall(r"\b(?:ui|headline|kpi)\.[a-z_]+", words(app)) == []


def test_the_gap_closer_opens_on_the_worst_cell_and_its_options_were_simulated(visit) -> None:
    app = visit("decide")
    reference = results.reference(problem())
    gaps = frames.missing(reference)
    family, month = np.unravel_index(gaps.argmax(), gaps.shape)
    assert app.selectbox(key="decide.gap.family").value == problem().families[family]
    assert app.selectbox(key="decide.gap.month").value == f"{problem().month_dates[month]:%Y-%m}"
    assert len(app.get("vega_lite_chart")) == 1
    best = answer(app, "gap")[0]
    after = frames.missing(results.outcome(problem(), Scenario(cards=(best.card,))))
    before = gaps[family, month]
    assert best.closes == pytest.approx((before - after[family, month]) / before, abs=0.02)
    assert re.search(r"il manque \d+\W*k€", headline(app))
    assert "marge nette" in headline(app)


def test_one_click_puts_the_option_into_the_room(visit) -> None:
    app = visit("decide")
    offered = answer(app, "gap")[0].card
    app.button(key="decide.gap.add.0").click().run()
    room = app.session_state[KEY]
    mine = next(
        one
        for one in room.current.active
        if (one.kind, one.target) == (offered.kind, offered.target)
    )
    assert mine.value == offered.value
    assert data.store().scenarios.load(room.step.saved_id).hash == room.current.hash
    assert any("Ajouté au scénario de la salle" in one.value for one in app.markdown)
    app.button(key="decide.room").click().run()
    assert not app.exception
    shown = app.session_state[KEY].current
    assert shown.hash == room.current.hash
    assert room.can_undo


def test_a_card_that_is_there_is_moved_and_not_doubled(visit) -> None:
    app = ask(visit("decide"), "seek")
    app.selectbox(key="decide.seek.lever").set_value("saturdays").run()
    app.text_input(key="decide.seek.target.fill_rate.None.fr").set_value("92,5").run()
    app.button(key="decide.seek.apply").click().run()
    current = app.session_state[KEY].current
    assert [one.id for one in current.cards].count("saturdays") == 1
    assert current.card("saturdays").on
    assert "Déjà atteint" in headline(app)


def test_the_answer_of_a_goal_seek_reaches_the_target_when_simulated(visit) -> None:
    app = ask(visit("decide"), "seek")
    app.selectbox(key="decide.seek.lever").set_value("saturdays").run()
    app.text_input(key="decide.seek.target.fill_rate.None.fr").set_value("92,5 %").run()
    found = answer(app, "seek")
    assert found.reached
    level = results.estimates(problem(), found.scenario)[Kpi.FILL_RATE].mean
    assert level >= 0.925
    assert found.level == pytest.approx(level)
    assert "Samedis" in headline(app)
    app.segmented_control(key="decide.seek.way").set_value("mix").run()
    mixed = answer(app, "seek")
    assert results.estimates(problem(), mixed.scenario)[Kpi.FILL_RATE].mean >= 0.925
    margins = [
        results.estimates(problem(), one.scenario)[Kpi.NET_MARGIN].mean for one in (mixed, found)
    ]
    assert margins[0] >= margins[1] - 1.0  # the cheapest mix is not dearer than one lever


def test_out_of_reach_says_how_far_and_what_is_the_limit(visit) -> None:
    app = ask(visit("decide"), "seek")
    app.text_input(key="decide.seek.target.fill_rate.None.fr").set_value("99,9").run()
    assert re.search(r"Hors d’atteinte\xa0: service \d\d,\d\u202f% au plus", headline(app))
    assert "goulot" in headline(app)
    app.text_input(key="decide.seek.target.fill_rate.None.fr").set_value("beaucoup").run()
    assert any("beaucoup" in one.value for one in app.warning)


def test_cells_of_the_matrix_are_the_single_runs(visit) -> None:
    visit("cockpit")
    dataset = data.store().latest().id
    for name, value in (("Un", 0.05), ("Deux", 0.2)):
        card = Card(id="saturdays", kind="saturdays", value=value)
        kept = Scenario(name=name, cards=(card,), dataset=dataset)
        data.store().scenarios.save(kept, author="")
    app = ask(visit("decide"), "matrix")
    table = app.table[0].value
    found = answer(app, "matrix")
    assert len(table) == len(found.cells) >= 3
    last = len(found.cells) - 1  # the newest
    option = Scenario(cards=(Card(id="saturdays", kind="saturdays", value=0.2),))
    for w, column in enumerate(decide_matrix.OUTLOOKS):
        single = results.estimates(problem(), under(option, column))
        cell = found.cells[last][w]
        assert cell.kpis[Kpi.NET_MARGIN] == single[Kpi.NET_MARGIN]
        assert cell.kpis[Kpi.CASH] == single[Kpi.CASH]
        values = answers.judged(problem(), under(option, column))[Kpi.FILL_RATE]
        assert cell.reaches == pytest.approx(float((values >= 0.97).mean()), abs=0.02)
    assert sum("meilleur" in str(one) for one in table.iloc[:, 2]) == 1
    assert sum("plus sûr" in str(one) for one in table.iloc[:, 0]) == 1


def test_the_spread_ranks_its_causes_and_its_levers(visit) -> None:
    app = ask(visit("decide"), "spread")
    assert len(app.get("vega_lite_chart")) == 2
    assert "première cause" in headline(app)
    widths = [swing.width for swing in answer(app, "spread")]
    assert widths == sorted(widths, reverse=True)
    app.selectbox(key="decide.spread.kpi").set_value(Kpi.FILL_RATE).run()
    assert re.search(r"Taux|Service", headline(app))


def test_a_stopped_computation_says_so_and_can_go_on(visit, monkeypatch) -> None:
    app = visit("decide")
    monkeypatch.setattr(judging, "with_progress", lambda *_, **__: None)
    app.selectbox(key="decide.gap.month").set_value("2027-10").run()
    assert "arrêté" in headline(app)
    monkeypatch.undo()
    app.run()
    assert "il manque" in headline(app)


def test_without_prices_the_page_counts_units_and_service(visit, monkeypatch) -> None:
    visit("cockpit")
    priced, none = problem(), np.zeros_like
    bare = replace(priced, price=none(priced.price), unit_cost=none(priced.unit_cost))
    assert not bare.has_money
    monkeypatch.setattr(data, "problem", lambda _: bare)
    app = visit("decide")
    assert re.search(r"il manque [\d\u202f]+ unités", headline(app))
    assert "marge" not in words(app)
    for view in ("seek", "matrix", "spread"):
        ask(app, view)
        assert [one.value for one in app.error] == []
        assert "€" not in headline(app)
    app = ask(app, "matrix")
    assert app.table == [] or "pt" in str(app.table[0].value.iloc[0, -1])
