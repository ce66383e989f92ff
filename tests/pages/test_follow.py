"""Who follows a presenter sees what the presenter shows, and finds nothing to press."""

import pytest
from streamlit.testing.v1 import AppTest

from sim.ui import following, room_tools
from tests.pages.components import parts
from tests.pages.test_pages import headline
from tests.pages.test_room import figures, room_charts, turn_on

CONTROLS = (
    "button", "toggle", "checkbox", "selectbox", "multiselect", "select_slider", "text_input",
    "file_uploader", "segmented_control", "button_group", "popover", "radio", "text_area",
)  # fmt: skip


def present(app: AppTest) -> str:
    """Start presenting; return the code of the room."""
    app.session_state["room.share"] = True
    app.run()
    app.button(key="present.start").click().run()
    return str(app.session_state[following.CODE])


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_viewer_sees_the_screen_of_the_presenter(visit, lang: str) -> None:
    shown = turn_on(visit("pre_sop"), "saturdays")
    code = present(shown)
    viewer = visit("follow", lang, room=code)
    assert not viewer.exception
    assert len(room_charts(viewer)) == 4
    turn_on(shown, "prebuild")
    viewer.run()
    other = visit("pre_sop", lang, **{"c.saturdays": "0.15", "c.prebuild": "1000000"})
    assert figures(viewer) == figures(other)
    assert headline(viewer) == headline(other)


def test_a_viewer_finds_nothing_to_press_and_changes_nothing(visit) -> None:
    shown = visit("pre_sop")
    viewer = visit("follow", room=present(shown))
    assert [kind for kind in CONTROLS if viewer.get(kind)] == []
    before = figures(shown)
    hostile = {"c.saturdays": "0.15", "mode": "optimal", "d": "x"}
    visit("follow", room=str(shown.session_state[following.CODE]), **hostile)
    assert figures(shown.run()) == before


def test_the_link_leads_to_the_root_and_its_code_is_long(visit) -> None:
    app = visit("pre_sop")
    code = present(app)
    link = next(one.value for one in app.code if "p=follow" in one.value)
    assert link.endswith(f"/?p=follow&room={code}")
    assert len(code) >= 16
    assert following.picture(link).startswith("<svg")
    assert room_tools  # the menu that holds both


def test_a_room_that_was_closed_says_so(visit) -> None:
    app = visit("pre_sop")
    code = present(app)
    viewer = visit("follow", room=code)
    app.button(key="present.stop").click().run()
    viewer.run()
    assert "terminée" in headline(viewer)
    assert not room_charts(viewer)
    for other in ("", "nothing", "<script>"):
        assert "terminée" in headline(visit("follow", room=other))


def test_an_unchanged_screen_keeps_its_number(visit) -> None:
    app = visit("pre_sop")
    code = present(app)
    first = following.followed(code)
    app.run()
    assert following.followed(code) is first
    turn_on(app, "saturdays")
    assert following.followed(code).number > first.number


def test_a_hidden_figure_is_hidden_from_viewers_too(visit) -> None:
    app = turn_on(visit("pre_sop"), "saturdays")
    code = present(app)
    app.button(key="meeting.begin").click().run()
    app.button(key="meeting.cover").click().run()
    viewer = visit("follow", room=code)
    assert set(figures(viewer)) == {"• • •"}
    assert not room_charts(viewer)
    app.button(key="meeting.reveal.fill_rate").click().run()
    viewer.run()
    assert figures(viewer)[0] == parts(app, "figures")["figures"][0]["value"] != "• • •"
