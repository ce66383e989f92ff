"""Specs are constant: cached, without data, without a number of the plan, and they compile."""

import json

import pytest
import vl_convert

from sim.model import kpi
from sim.report import charts, frames
from sim.report.style import CHOICES, LETTERS, Density, Theme
from sim.report.text import LANGUAGES, text_for
from tests.report.outcomes import company, outcome
from tests.report.test_scatter import front

PROBLEM = company()
BASE, BETTER = outcome(PROBLEM), outcome(PROBLEM, decisions=0.72)
LIVE = ("balance", "stock", "service", "load", "margin")


def every_spec(lang: str, theme: Theme, density: Density):
    look = (lang, theme, density)
    for name in LIVE:
        yield name, getattr(charts, f"{name}_spec")(*look, unit="M€")
    for measure in ("service", "stock", "balance", "margin"):
        yield f"overlay {measure}", charts.overlay_spec(*look, measure=measure, unit="M€")
    yield "load required", charts.load_spec(*look, review=True)
    yield "load hours", charts.load_spec(*look, unit="h")
    yield "multiple", charts.multiple_spec(*look)
    yield "scatter", charts.scatter_spec(*look, unit="M€")
    yield "bridge", charts.bridge_spec(*look, unit="M€")
    yield "ranked", charts.ranked_spec(*look, unit="M€")
    yield "drivers", charts.ranked_spec(*look, unit="%", name="drivers")
    yield "gap", charts.gap_spec(*look, unit="k€")
    yield "tornado", charts.tornado_spec(*look, unit="k€")
    yield "fan", charts.fan_spec(*look, unit="M€")
    yield "fan levels", charts.fan_spec(*look, unit="M€", bands="levels")


@pytest.mark.parametrize("name", LIVE)
def test_a_meeting_reads_from_the_back_of_the_room(name):
    large = getattr(charts, f"{name}_spec")("fr", Theme.LIGHT, Density.LARGE, unit="M€")
    usual = getattr(charts, f"{name}_spec")("fr", Theme.LIGHT, Density.COMFORT, unit="M€")
    for part, size in (("axis", "labelFontSize"), ("title", "fontSize")):
        assert large["config"][part][size] > usual["config"][part][size]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("density", CHOICES)
def test_specs_are_plain_json_without_data(lang, theme, density):
    for name, spec in every_spec(lang, theme, density):
        assert "data" not in spec, name
        assert "datasets" not in spec, name
        assert json.loads(json.dumps(spec, allow_nan=False)) == spec, name
        assert spec["config"]["legend"] == {"disable": True}, name


def test_specs_are_cached_and_differ_by_theme_language_and_unit():
    light = charts.stock_spec("fr", Theme.LIGHT, Density.COMFORT, unit="M€")
    assert charts.stock_spec("fr", Theme.LIGHT, Density.COMFORT, unit="M€") is light
    for other in (
        charts.stock_spec("en", Theme.LIGHT, Density.COMFORT, unit="M€"),
        charts.stock_spec("fr", Theme.DARK, Density.COMFORT, unit="M€"),
        charts.stock_spec("fr", Theme.LIGHT, Density.COMPACT, unit="M€"),
        charts.stock_spec("fr", Theme.LIGHT, Density.COMFORT, unit="k€"),
    ):
        assert other != light


def fields(spec: object) -> set[str]:
    """Every column that a spec asks for."""
    if isinstance(spec, dict):
        own = {spec["field"]} if isinstance(spec.get("field"), str) else set()
        return own.union(*(fields(value) for value in spec.values()), set())
    if isinstance(spec, list):
        return set().union(*(fields(value) for value in spec), set())
    return set()


def frame_of(name: str, letter: str = "A"):
    text = text_for("fr")
    view = frames.View(text=text, units=frames.units_for(PROBLEM, text), letter=letter)
    return getattr(frames, name)(BETTER, BASE, view=view)


@pytest.mark.parametrize("name", LIVE)
def test_every_field_of_a_spec_is_a_column_of_its_frame(name):
    spec = getattr(charts, f"{name}_spec")("fr", Theme.LIGHT, Density.COMFORT, unit="M€")
    assert fields(spec) <= set(frame_of(name).column_names)


def test_fields_of_the_other_charts_are_columns_too():
    text = text_for("fr")
    view = frames.View(text=text, units=frames.units_for(PROBLEM, text))
    look = ("fr", Theme.LIGHT, Density.COMFORT)
    found = {
        letter: kpi.estimates(each, kpi.window(PROBLEM))
        for letter, each in (("ref", BASE), ("A", BETTER))
    }
    pairs = [
        (
            charts.overlay_spec(*look, measure="stock", unit="M€"),
            frames.overlay({"A": BETTER}, BASE, view=view, measure="stock"),
        ),
        (charts.multiple_spec(*look), frames.multiple(BETTER, BASE, view=view, total=0.9)),
        (
            charts.scatter_spec(*look, unit="M€"),
            frames.scatter(
                found, {"ref": "Réf.", "A": "Nom"}, view=view, front=front(BASE, BETTER)
            ),
        ),
        (charts.ranked_spec(*look, unit="M€"), frames.ranked([("a", 1.0, "b")], view=view)),
        (
            charts.load_spec(*look, review=True),
            frames.required_load(PROBLEM, view=view),
        ),
    ]
    for spec, frame in pairs:
        assert fields(spec) <= set(frame.column_names)


def test_a_spec_never_names_a_scenario_or_a_month():
    for name, spec in every_spec("fr", Theme.LIGHT, Density.COMFORT):
        assert "2027" not in json.dumps(spec), name
        assert "Poêles" not in json.dumps(spec, ensure_ascii=False), name


def test_every_letter_has_a_colour_a_text_colour_and_a_fill():
    spec = charts.balance_spec("fr", Theme.LIGHT, Density.COMFORT, unit="M€")
    domain = spec["layer"][0]["encoding"]["color"]["scale"]["domain"]
    for letter in LETTERS:
        assert {letter, f"{letter} text", f"{letter} soft"} <= set(domain)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_specs_compile_to_vega(lang):
    for name, spec in every_spec(lang, Theme.DARK, Density.COMPACT):
        compiled = vl_convert.vegalite_to_vega(spec)
        assert compiled["marks"], name


@pytest.mark.parametrize("name", LIVE)
def test_a_label_is_told_by_its_own_words(name):
    spec = getattr(charts, f"{name}_spec")("fr", Theme.LIGHT, Density.COMFORT, unit="M€")
    ends = [one for one in spec["layer"] if one["transform"] == [{"filter": "datum.part == 'end'"}]]
    ends = [one for one in ends if one["mark"].get("aria", True)]  # not what lies behind them
    assert all(one["encoding"]["description"]["field"] == "text" for one in ends)
    assert charts.alt(spec).startswith(spec["title"]["text"])


def test_the_cells_of_the_load_are_told_apart():
    cells = frame_of("load")["cell"].to_pylist()
    assert len(set(cells)) == len(cells)


def test_axes_speak_the_language():
    french = charts.service_spec("fr", Theme.LIGHT, Density.COMFORT)
    english = charts.service_spec("en", Theme.LIGHT, Density.COMFORT)
    assert french["config"]["locale"]["number"]["decimal"] == ","
    assert french["config"]["locale"]["number"]["thousands"] == "\u202f"
    assert english["config"]["locale"]["number"]["decimal"] == "."
    assert "'août'" in json.dumps(french, ensure_ascii=False)


def test_compact_titles_take_one_line():
    comfort = charts.balance_spec("fr", Theme.LIGHT, Density.COMFORT, unit="M€")
    compact = charts.balance_spec("fr", Theme.LIGHT, Density.COMPACT, unit="M€")
    assert comfort["title"]["subtitle"] == "M€ par mois"
    assert "subtitle" not in compact["title"]
    assert compact["title"]["text"].endswith("M€ par mois")
    assert compact["height"] < comfort["height"]


def test_a_view_of_another_letter_uses_the_same_columns():
    assert frame_of("stock", "B").schema == frame_of("stock").schema
