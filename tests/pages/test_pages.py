"""Every page in both languages, from app.py, as a visitor finds it."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from sim.ui.navigation import FILES
from tests.pages.components import address

WITH_KEY = (
    "button", "toggle", "checkbox", "selectbox", "multiselect", "select_slider", "slider",
    "text_input", "number_input", "file_uploader", "segmented_control", "button_group",
)  # fmt: skip


def param(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value[0] if isinstance(value, list) else value


def headline(app: AppTest) -> str:
    return next(one.value for one in app.markdown if one.value.startswith("## "))


def words(app: AppTest) -> str:
    return " ".join(one.value for one in [*app.markdown, *app.caption])


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("page", list(FILES))
def test_every_page_opens_without_an_error(visit, page: str, lang: str) -> None:
    app = visit(page, lang)
    assert not app.exception
    assert [one.value for one in app.error] == []
    assert headline(app)


@pytest.mark.parametrize("page", list(FILES))
def test_no_page_shows_a_text_key(visit, page: str) -> None:
    # An untranslated key looks like "ui.room.save".
    keys = re.findall(
        r"\b(?:ui|kpi|lever|chart|error|notice|guide)\.[a-z_]+\.?[a-z_]*", words(visit(page))
    )
    assert keys == []


@pytest.mark.parametrize("page", list(FILES))
def test_every_widget_has_a_key(visit, page: str) -> None:
    # Without a key a widget is reset when the language changes.
    app = visit(page)
    without = [
        (kind, one.label)
        for kind in WITH_KEY
        for one in app.get(kind)
        if not getattr(one, "key", None)
    ]
    assert without == []


def test_the_first_page_states_the_problem_in_money(visit) -> None:
    assert re.search(r"\d,\d\xa0M€ de ventes à risque", headline(visit("cockpit")))
    assert re.search(r"€\d\.\dM", headline(visit("cockpit", "en")))


def test_the_language_of_the_link_wins_over_the_browser(visit) -> None:
    assert "at risk" in headline(visit("cockpit", "fr", lang="en"))


def test_language_can_be_switched_on_the_page(visit) -> None:
    app = visit("cockpit", "fr")
    app.button(key="head.language").click().run()
    assert "at risk" in headline(app)
    assert param(app, "lang") == "en"


def test_an_unknown_page_is_a_sentence_and_the_cockpit(visit) -> None:
    app = visit("nowhere")
    assert any("nowhere" in one.value for one in app.error)
    assert "à risque" in headline(app)


def test_density_is_kept_and_written_into_links(visit) -> None:
    app = visit("settings")
    app.segmented_control(key="settings.density").set_value("compact").run()
    app.switch_page(FILES["pre_sop"]).run()
    assert address(app)["density"] == "compact"


def test_density_can_be_given_back_to_the_window(visit) -> None:
    app = visit("settings", density="compact")
    assert app.segmented_control(key="settings.density").value == "compact"
    app.segmented_control(key="settings.density").set_value("automatic").run()
    assert app.segmented_control(key="settings.density").value == "automatic"
    app.switch_page(FILES["pre_sop"]).run()
    assert "density" not in address(app)


def test_an_unforeseen_error_is_one_sentence_with_a_reference(visit, monkeypatch, caplog) -> None:
    # The net under every page; the page itself is the real one, over a store that broke.
    from sim.ui import data

    app = visit("cockpit")
    monkeypatch.setattr(data, "in_use", lambda: 1 / 0)
    app.run()
    assert not app.exception
    assert re.search(r"référence [0-9A-F]{6}", app.error[0].value)
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in app.error[0].value
