"""The live room without a browser: cards, link, saving, files, and values nobody should send."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from sim.report.text import text_for
from sim.ui import cards, data, links, native_levers, scenarios
from sim.ui.room import KEY, Room
from tests.pages.components import address, parts


def param(app: AppTest, name: str) -> str:
    return address(app)[name]


def room_of(app: AppTest) -> Room:
    return app.session_state[KEY]


def room_charts(app: AppTest) -> list:
    return list(app.get("vega_lite_chart"))


def figures(app: AppTest) -> list[str]:
    return [one["value"] for one in parts(app, "figures")["figures"]]


def share(app: AppTest) -> AppTest:
    """Open the menu with the link, the exports and the scenario file."""
    app.session_state["room.share"] = True
    return app.run()


def turn_on(app: AppTest, card: str) -> AppTest:
    return app.toggle(key=native_levers.on_key(card)).set_value(True).run()


def test_it_opens_on_the_reference_with_every_card_off(visit) -> None:
    app = visit("pre_sop")
    assert all(not card.on for card in room_of(app).current.cards)
    assert len(figures(app)) == 5
    assert len(room_charts(app)) == 4
    assert "Identique" in " ".join(one.value for one in app.sidebar.caption)


def test_a_card_moves_the_figures_the_charts_and_the_address(visit) -> None:
    app = visit("pre_sop")
    before = figures(app)
    charts = [chart.proto.data.data for chart in room_charts(app)]
    turn_on(app, "saturdays")
    assert figures(app) != before
    after = [chart.proto.data.data for chart in room_charts(app)]
    assert all(old != new for old, new in zip(charts, after, strict=True))
    assert param(app, "c.saturdays") == "0.15"
    fixed = [(chart.proto.spec, chart.proto.alt) for chart in room_charts(app)]
    assert all(alt for _, alt in fixed)
    turn_on(app, "prebuild")
    # A spec or a name that changes would be built anew in the browser at each move.
    assert [(chart.proto.spec, chart.proto.alt) for chart in room_charts(app)] == fixed


def test_a_card_is_told_in_words_and_has_a_curve_where_there_is_room(visit) -> None:
    row = parts(turn_on(visit("pre_sop"), "saturdays"), "figures")["figures"]
    first = row[0]
    assert first["said"].startswith(
        f"Taux de service 2027\xa0: {first['value']}, {first['change']}"
    )
    assert (first["arrow"], first["verdict"]) == ("up", "better")
    assert (row[4]["arrow"], row[4]["verdict"]) == ("down", "better")
    assert all(len(one["curve"]) == 18 for one in row)
    compact = parts(visit("pre_sop", density="compact"), "figures")["figures"]
    assert all(one["curve"] == [] for one in compact)
    assert {(one["arrow"], one["verdict"]) for one in compact} == {("none", "neutral")}


def test_a_link_counts_when_it_arrives_and_not_each_time_it_is_sent(visit) -> None:
    app = visit("pre_sop", **{"c.saturdays": "0.1"})
    app.select_slider(key=native_levers.value_key("saturdays")).set_value(0.08).run()
    app.run()  # the browser still sends the link that was opened
    assert param(app, "c.saturdays") == "0.08"
    app.query_params["c.saturdays"] = "0.05"
    assert param(app.run(), "c.saturdays") == "0.05"


def test_the_address_gives_the_same_room_to_another_visitor(visit) -> None:
    app = turn_on(visit("pre_sop"), "saturdays")
    app.select_slider(key=native_levers.value_key("saturdays")).set_value(0.08).run()
    app.run()  # a slider redraws the room only: the rest of the page comes with the next run
    app.selectbox(key="room.mode").set_value("optimal").run()
    app.selectbox(key="room.outlook").set_value("pessimistic").run()
    sent = address(app)
    other = visit("pre_sop", **sent)
    assert figures(other) == figures(app)
    assert room_of(other).current == room_of(app).current


def test_undo_and_redo(visit) -> None:
    app = visit("pre_sop")
    start = figures(app)
    turn_on(app, "saturdays")
    moved = figures(app)
    app.button(key="room.undo").click().run()
    assert figures(app) == start
    app.button(key="room.redo").click().run()
    assert figures(app) == moved


def test_saving_names_a_version_and_another_name_starts_another_scenario(visit) -> None:
    app = turn_on(visit("pre_sop"), "saturdays")
    app.text_input(key="room.name").set_value("Samedis").run()
    app.button(key="room.save").click().run()
    first = param(app, "s")
    assert "c.saturdays" not in address(app)
    turn_on(app, "prebuild")
    app.button(key="room.save").click().run()
    second = param(app, "s")
    app.text_input(key="room.name").set_value("Autre").run()
    app.button(key="room.save").click().run()
    third = param(app, "s")
    assert len({first, second, third}) == 3
    other = visit("pre_sop", s=first)
    on = {card.id for card in room_of(other).current.active}
    assert on == {"saturdays"}
    assert room_of(other).current.name == "Samedis"


def test_the_first_name_of_a_draft_is_its_next_version(visit) -> None:
    app = visit("pre_sop")
    app.selectbox(key="add.kind").set_value("overtime").run()
    app.button(key="add.confirm").click().run()
    draft = param(app, "s")
    app.text_input(key="room.name").set_value("Nommé").run()
    app.button(key="room.save").click().run()
    every = scenarios.named(room_of(app).dataset, text_for("fr"))
    line = next(one.saved for one in every if one.id == param(app, "s"))
    assert (line.name, line.history) == ("Nommé", (draft,))


def test_a_card_can_be_added_and_removed_and_the_link_keeps_it(visit) -> None:
    app = visit("pre_sop")
    app.selectbox(key="add.kind").set_value("overtime").run()
    app.button(key="add.confirm").click().run()
    assert not app.error
    assert "overtime" in {card.id for card in room_of(app).current.cards}
    other = visit("pre_sop", s=param(app, "s"))
    assert "overtime" in {card.id for card in room_of(other).current.cards}
    app.selectbox(key="manage.card").set_value("overtime").run()
    app.button(key="manage.remove").click().run()
    assert "overtime" not in {card.id for card in room_of(app).current.cards}


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"c.saturdays": "nan"}, "n’est pas un nombre"),
        ({"c.saturdays": "inf"}, "n’est pas un nombre"),
        ({"c.saturdays": "<script>"}, "n’est pas un nombre"),
        ({"c.saturdays": "-5"}, "sort des limites"),
        ({"c.saturdays": "off:12"}, "sort des limites"),
        ({"c.moon": "1"}, "n’a pas de levier"),
        ({"mode": "magic"}, "n’existe pas"),
        ({"s": "x" * 500}, "n’est pas dans cette base"),
        ({"d": "'; drop table"}, "ne sont pas dans cette base"),
    ],
)
def test_a_hostile_link_is_told_and_the_rest_still_loads(visit, parameters, words: str) -> None:
    app = visit("pre_sop", **parameters)
    assert not app.exception
    assert [one.value for one in app.error] == []
    assert any(words in one.value for one in app.warning), [one.value for one in app.warning]
    assert len(figures(app)) == 5


def test_a_link_may_hold_what_a_file_may_hold(visit) -> None:
    """Saturdays: declared up to 25 %, the slider of this company ends at its own 15 %."""
    app = visit("pre_sop", **{"c.saturdays": "0.2"})
    assert [one.value for one in (*app.error, *app.warning)] == []
    assert {card.id: card.value for card in room_of(app).current.cards}["saturdays"] == 0.2
    assert app.select_slider(key=native_levers.value_key("saturdays")).value == 0.2


def test_a_scenario_file_comes_back_as_it_left(visit) -> None:
    app = turn_on(visit("pre_sop"), "saturdays")
    from sim.model.scenario import to_json

    body = to_json(room_of(app).current)
    other = share(visit("pre_sop"))
    other.file_uploader(key="room.upload").upload("scenario.json", body.encode()).run()
    assert figures(other) == figures(app)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: "{not json", "lisible"),
        (lambda body: json.dumps(body | {"dataset": "f" * 16}), "autres données"),
        (lambda body: json.dumps(body | {"format": 99}), "format"),
    ],
)
def test_a_bad_scenario_file_is_told_and_nothing_changes(visit, change, words: str) -> None:
    app = turn_on(visit("pre_sop"), "saturdays")
    from sim.model.scenario import to_json

    before = figures(app)
    body = change(json.loads(to_json(room_of(app).current)))
    share(app)
    app.file_uploader(key="room.upload").upload("scenario.json", body.encode()).run()
    said = " ".join(one.value for one in app.error)
    assert re.search(words, said), said
    assert figures(app) == before


def test_compare_shows_paired_differences_of_the_chosen_scenarios(visit) -> None:
    app = visit("pre_sop")
    ids = []
    for name, card in (("Un", "saturdays"), ("Deux", "prebuild")):
        turn_on(app, card)
        app.text_input(key="room.name").set_value(name).run()
        app.button(key="room.save").click().run()
        ids.append(param(app, "s"))
    other = visit("compare", ids=",".join(ids))
    assert not other.exception
    assert not other.error
    table = other.table[0].value
    assert table.shape[1] == 4
    assert "±" in str(table.iloc[0, 2])
    assert len(room_charts(other)) == 4
    missing = visit("compare", ids=f"{ids[0]},nothere")
    assert any("nothere" in one.value for one in missing.warning)
    assert missing.table[0].value.shape[1] == 3


def test_letters_stay_with_their_scenario(visit) -> None:
    app = turn_on(visit("pre_sop"), "saturdays")
    app.button(key="room.save").click().run()
    from sim.report.text import text_for

    every = scenarios.named(room_of(app).dataset, text_for("fr"))
    mine = param(app, "s")
    letter = scenarios.letter_of(mine, every)
    turn_on(app, "prebuild")
    app.button(key="room.save").click().run()
    every = scenarios.named(room_of(app).dataset, text_for("fr"))
    assert scenarios.letter_of(param(app, "s"), every) == letter
    assert scenarios.letter_of(mine, every) == letter


def test_the_link_of_the_room_points_to_the_root(visit) -> None:
    app = share(turn_on(visit("pre_sop"), "saturdays"))
    shown = next(one.value for one in app.code)
    assert f"?{links.PAGE}=pre_sop" in shown
    assert "c.saturdays=0.15" in shown


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_two_positions_of_a_demo_slider_read_alike(visit, lang: str) -> None:
    from sim.model import levers
    from sim.report.text import text_for

    room = room_of(visit("pre_sop"))
    problem, text = data.problem(room.dataset), text_for(lang)
    new = [
        levers.draft(problem, lever.kind, target=target, card_id="x")
        for lever in levers.available(problem)
        for target in levers.targets(problem, lever.kind)[:4]
    ]
    for card in (*room.current.cards, *new):
        values = sorted({*cards.steps(levers.slider(problem, card)), card.value})
        words = [cards.value_text(text, problem, card, value=value) for value in values]
        assert len(set(words)) == len(words), card


def test_every_position_of_the_prebuild_slider_can_be_sent(visit) -> None:
    app = visit("pre_sop")
    turn_on(app, "prebuild")
    for value in (1_050_000.0, 1_100_000.0):
        app.select_slider(key=native_levers.value_key("prebuild")).set_value(value).run()
        app.run()  # a slider redraws the room only
        assert room_of(app).current.card("prebuild").value == value


def test_saving_is_confirmed_with_its_version(visit) -> None:
    app = turn_on(visit("pre_sop"), "saturdays")
    app.session_state["room.keep"] = True
    app.text_input(key="room.name").set_value("Essai_1").run()
    app.button(key="room.save").click().run()
    assert not app.session_state["room.keep"]  # the open form would hide the sentence
    assert [one.value for one in app.toast if "Essai\\_1 (version" in one.value]
    turn_on(app, "prebuild")
    app.button(key="room.save").click().run()
    assert "(version\xa02)" in app.toast[0].value
    app.run()
    assert not app.toast


def test_a_saved_outlook_has_no_second_control(visit) -> None:
    app = visit("pre_sop")
    app.selectbox(key="room.outlook").set_value("optimistic").run()
    app.button(key="room.save").click().run()
    assert "card.outlook.on" not in {one.key for one in app.toggle}
    assert app.selectbox(key="room.outlook").value == "optimistic"
    moved = figures(app)
    app.selectbox(key="room.outlook").set_value("expected").run()
    assert figures(app) != moved
    sent = address(app)
    assert figures(visit("pre_sop", **sent)) == figures(app)


def test_an_outlook_of_its_own_card_holds_the_selector(visit) -> None:
    app = visit("pre_sop")
    app.selectbox(key="add.kind").set_value("outlook").run()
    app.button(key="add.confirm").click().run()
    assert not app.error
    assert app.selectbox(key="room.outlook").value == "card"
    assert app.selectbox(key="room.outlook").disabled
    assert native_levers.on_key("outlook_2") in {one.key for one in app.toggle}


def test_what_a_link_says_wrong_is_told_as_on_the_screen(visit) -> None:
    app = visit("pre_sop", **{"c.saturdays": "0.9"})
    (told,) = [one.value for one in app.warning]
    assert "«\xa0Samedis\xa0»" in told
    assert "90\u202f%" in told
    assert "saturdays" not in told


def test_an_unknown_language_does_not_stay_in_the_address(visit) -> None:
    for page in ("cockpit", "pre_sop"):
        assert "lang" not in visit(page, lang="xx").query_params
    assert "lang" not in address(visit("pre_sop", lang="xx"))


def test_an_unknown_page_is_told_once_on_the_cockpit(visit) -> None:
    app = visit("nonsense", s="x")
    assert len([one for one in app.error if "nonsense" in one.value]) == 1
    app.run()
    assert not app.error


def test_a_room_with_all_its_data_has_no_notice(visit) -> None:
    app = visit("pre_sop")
    assert not [one for one in app.caption if "capacité" in one.value]
