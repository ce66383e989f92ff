"""The meeting in the room: agenda, frozen numbers, guesses, decisions, and what is proposed."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from sim.store.meetings import Topic
from sim.ui import access, data, meeting
from tests.pages.components import address, parts
from tests.pages.test_follow import present
from tests.pages.test_pages import words
from tests.pages.test_room import figures, param, room_charts, turn_on


def meet(app: AppTest) -> AppTest:
    """Open the meeting over a room."""
    app.session_state["room.share"] = True
    app.run()
    return app.button(key="meeting.begin").click().run()


def saved(app: AppTest, *names: str) -> list[str]:
    """Save scenarios, each with one more card; return their ids."""
    ids = []
    for name, card in zip(names, ("saturdays", "prebuild", "overtime", "outlook"), strict=False):
        if card in ("saturdays", "prebuild"):
            turn_on(app, card)
        app.text_input(key="room.name").set_value(name).run()
        app.button(key="room.save").click().run()
        ids.append(param(app, "s"))
    return ids


def badges(app: AppTest) -> str:
    return " ".join(one.value for one in app.markdown)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_one_topic_at_a_time_with_its_clock(visit, lang: str) -> None:
    app = meet(visit("pre_sop", lang))
    assert not app.exception
    assert [one.value for one in app.error] == []
    assert "1/4" in words(app)
    assert app.button(key="meeting.back").disabled
    began = parts(app, "meeting")
    assert began["minutes"] == 10
    app.session_state["meeting"].opened -= 60  # [s]
    app.button(key="meeting.on").click().run()
    assert "2/4" in words(app)
    assert parts(app, "meeting")["minutes"] == 20
    now = parts(app, "meeting")
    assert now["total"] > now["elapsed"]  # a clock of its own
    assert now["total"] > began["total"]
    assert "60 min" in began["words"]["all"]
    assert len(room_charts(app)) == 2
    assert len(figures(app)) == 5
    app.button(key="meeting.end").click().run()
    assert "2/4" not in words(app)


def test_an_agenda_that_was_kept_is_there_for_the_next_meeting(visit) -> None:
    app = visit("pre_sop")
    topics = (Topic(title="Fonte", minutes=7),)
    dataset = app.session_state["room"].dataset
    before = data.store().meetings.agenda(dataset)
    data.store().meetings.keep_agenda(dataset, topics, author="")
    meet(app)
    assert "1/1" in words(app)
    assert "Fonte" in words(app)
    data.store().meetings.keep_agenda(dataset, before, author="")


def test_frozen_numbers_stand_still_until_they_are_let_go(visit) -> None:
    app = meet(turn_on(visit("pre_sop"), "saturdays"))
    before = figures(app)
    app.button(key="meeting.freeze").click().run()
    turn_on(app, "prebuild")
    app.run()
    assert figures(app) == before
    assert "figés depuis" in badges(app)
    app.button(key="meeting.unfreeze").click().run()
    assert figures(app) != before
    assert "figés depuis" not in badges(app)


def test_frozen_numbers_outlive_other_data(visit, monkeypatch) -> None:
    app = meet(turn_on(visit("pre_sop"), "saturdays"))
    app.button(key="meeting.freeze").click().run()
    before, held = figures(app), data.problem(app.session_state["room"].dataset)
    other = replace(held, demand=held.demand * 1.1)
    monkeypatch.setattr(data, "problem", lambda dataset: other)
    assert figures(app.run()) == before
    app.button(key="meeting.unfreeze").click().run()
    assert figures(app) != before


def test_a_guess_is_compared_with_the_result(visit) -> None:
    app = meet(turn_on(visit("pre_sop"), "saturdays"))
    shown = figures(app)
    app.button(key="meeting.cover").click().run()
    assert set(figures(app)) == {"• • •"}
    assert not room_charts(app)
    app.text_input(key="meeting.guess.fill_rate").set_value("Anna 90; Ben 99").run()
    app.button(key="meeting.reveal.fill_rate").click().run()
    assert figures(app)[0] == shown[0]
    (told,) = [one.value for one in app.caption if "Estimés" in one.value]
    assert "90,0–99,0" in told
    assert "**Anna** au plus près" in told
    for kpi in ("revenue", "net_margin", "stock_peak", "at_risk"):
        app.button(key=f"meeting.reveal.{kpi}").click().run()
    assert len(room_charts(app)) == 2
    assert figures(app) == shown
    app.button(key="meeting.on").click().run()
    assert not [one for one in app.caption if "Estimés" in one.value]


def test_a_decision_is_kept_with_its_owner_and_day_and_stands_on_the_cockpit(visit) -> None:
    app = meet(visit("pre_sop"))
    app.session_state["meeting.note.open"] = True
    app.run()
    app.text_area(key="meeting.note.text").set_value("Retenir *A*").run()
    app.text_input(key="meeting.note.owner").set_value("Anna").run()
    for is_open in (False, True):  # closed by a click beside it: nothing that was typed is lost
        app.session_state["meeting.note.open"] = is_open
        app.run()
    app.date_input(key="meeting.note.due").set_value(date(2027, 2, 12)).run()
    app.button(key="meeting.note.keep").click().run()
    assert not app.error
    newest = data.store().meetings.noted(app.session_state["room"].dataset)[0]
    assert (newest.text, newest.owner, newest.due) == ("Retenir *A*", "Anna", date(2027, 2, 12))
    table = visit("cockpit").table[-1].value
    assert "Anna" in str(table.iloc[0].tolist())
    assert "\\*A\\*" in table.iloc[0, 1]
    app.session_state["meeting.note.open"] = True
    app.run()
    app.button(key="meeting.note.keep").click().run()
    assert any("rien à noter" in one.value for one in app.error)


def test_a_page_that_is_loaded_again_goes_on_with_the_meeting_where_it_stood(visit) -> None:
    app = meet(turn_on(visit("pre_sop"), "saturdays"))
    app.button(key="meeting.on").click().run()
    app.button(key="meeting.freeze").click().run()
    app.button(key="meeting.cover").click().run()
    app.text_input(key="meeting.guess.revenue").set_value("50").run()
    app.button(key="meeting.reveal.revenue").click().run()
    shown, link = figures(app), address(app)
    again = visit("pre_sop", **link)  # another session: a browser or a server that was ended
    assert "2/4" in words(again)
    assert figures(again) == shown
    assert figures(turn_on(again, "prebuild").run()) == shown  # still frozen
    assert "figés depuis" in badges(again)
    assert any("50" in one.value for one in again.caption if "Estimé" in one.value)
    again.button(key="meeting.end").click().run()
    assert "2/4" not in words(again.run())
    assert "meeting" not in address(again)
    assert "2/4" in words(app.run())  # the first one has its own


def test_leaving_the_room_and_coming_back_keeps_the_place(visit) -> None:
    app = meet(visit("pre_sop"))
    app.button(key="meeting.on").click().run()
    app.switch_page("pages/cycle/cockpit.py").run()
    app.switch_page("pages/cycle/pre_sop.py").run()
    assert "2/4" in words(app)


def test_a_visitor_who_may_only_read_leaves_no_place_in_the_store(visit, monkeypatch) -> None:
    monkeypatch.setattr(access, "roles", lambda: frozenset({access.Role.VIEWER}))
    app = meet(visit("pre_sop"))
    app.button(key="meeting.on").click().run()
    assert "2/4" in words(app)
    assert data.store().meetings.place(app.session_state["meeting"].id) is None


@pytest.mark.parametrize("zone", ["", None, "../../etc/passwd", "Moon/Base", "Europe/Paris"])
def test_the_hour_is_told_whatever_zone_a_browser_names(monkeypatch, zone) -> None:
    monkeypatch.setattr(meeting.st, "context", SimpleNamespace(timezone=zone))
    assert len(meeting._hour()) == 5


def test_a_topic_that_is_come_back_to_goes_on_with_its_clock() -> None:
    topics = tuple(Topic(title=name, minutes=5) for name in "ab")
    found = meeting.Meeting(topics=topics)
    found.began -= 90
    found.turn(1)
    assert found.elapsed < 1
    found.turn(-1)
    assert 90 <= found.elapsed < 91
    found.turn(-1)
    assert found.at == 0


def test_a_proposal_shows_in_compare_in_the_room_and_on_the_cockpit(visit) -> None:
    ids = saved(visit("pre_sop"), "Un", "Deux")
    other = visit("compare", ids=",".join(ids))
    other.session_state["propose.open"] = True
    other.run()
    other.multiselect(key="propose.chosen").set_value(ids).run()
    other.radio(key="propose.best").set_value(ids[1]).run()
    other.text_area(key="propose.reasons").set_value(" ").run()
    other.button(key="propose.confirm").click().run()
    assert any("raison" in one.value for one in other.error)
    other.session_state["propose.open"] = True
    other.run()
    other.text_area(key="propose.reasons").set_value("Sert mieux").run()
    other.button(key="propose.confirm").click().run()
    assert not other.error
    assert "Recommandé" in badges(other)
    assert "Proposé" in badges(visit("pre_sop", s=ids[0]))
    assert "Sert mieux" in words(visit("cockpit"))
    assert "Sert mieux" in words(visit("cockpit", "en"))


def test_the_presenter_shows_frozen_numbers_to_viewers(visit) -> None:
    app = turn_on(visit("pre_sop"), "saturdays")
    code = present(app)
    meet(app).button(key="meeting.freeze").click().run()
    viewer = visit("follow", room=code)
    assert figures(viewer) == figures(app)
    assert "figés depuis" in badges(viewer)
