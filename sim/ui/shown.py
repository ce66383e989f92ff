"""What stands on the screen of the live room, in words and frames: nothing is drawn here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st

from sim.model.kpi import Kpi
from sim.model.outcome import Outcome
from sim.model.part import of_family
from sim.model.problem import Problem
from sim.model.scenario import Scenario
from sim.report import charts, frames, headline
from sim.report import focus as focus_words
from sim.report.frames import View
from sim.report.style import Density, Theme
from sim.report.text import Text, text_for
from sim.ui import access, cards, data, figures, focus, meeting, meeting_charts, results, session
from sim.ui.room import NOTHING, Focus

LINE = {Density.COMFORT: 88, Density.COMPACT: 56}  # characters of the sentence beside the panel


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the fragment last drew: a plain record for the export buttons."""

    text: Text
    view: View
    problem: Problem
    scenario: Scenario
    whole: Outcome  # of the company
    outcome: Outcome  # of what is looked at: the company, or one family
    reference: Outcome  # the same when nothing is decided
    focus: Focus
    letter: str
    given: bool  # the outcome was made by another session, which shows it
    changed: bool  # whether any card acts
    theme: Theme
    density: Density
    as_of: date | None
    author: str

    @property
    def family(self) -> int | None:
        """The family that is shown alone."""
        return self.focus.family_of(self.problem)

    @property
    def looked_at(self) -> str:
        """Family and month in words; "" = everything."""
        return focus_words.named(self.problem, view=self.view, family=self.family)


def simulate(
    text: Text,
    problem: Problem,
    scenario: Scenario,
    *,
    letter: str,
    focus: Focus = NOTHING,
    given: Outcome | None = None,
) -> Shown:
    """The record of what is to be drawn; `given` is the outcome that a presenter shows."""
    whole, reference = given or results.outcome(problem, scenario), results.reference(problem)
    family = focus.family_of(problem)
    outcome, units = whole, results.units(problem, text)
    if family is not None:
        outcome, reference = of_family(whole, family), of_family(reference, family)
        units = frames.units_of_part(units)
    large = meeting.is_on() and given is None  # a meeting of one's own
    density = Density.LARGE if large else session.density()
    view = View(
        text=text,
        units=units,
        density=density,
        letter=letter,
        month=focus.month_of(problem),
        part=family is not None,
        plot=meeting_charts.plot() if density is Density.LARGE else 0,
    )
    return Shown(
        text=text,
        view=view,
        problem=problem,
        scenario=scenario,
        whole=whole,
        outcome=outcome,
        reference=reference,
        focus=focus,
        letter=letter,
        given=given is not None,
        changed=bool(cards.effective(problem, scenario)),
        theme=session.theme(),
        density=density,
        as_of=data.in_use().as_of,
        author=access.visitor(),
    )


def verdict(shown: Shown, *, hidden: Collection[Kpi] = ()) -> str:
    """The sentence; it would give away what the room has not been shown yet."""
    text, longest = shown.text, LINE.get(shown.density) or meeting_charts.longest_line()
    if hidden:
        return text("ui.meeting.guess_first")
    if shown.family is None:
        return headline.live(
            shown.outcome, shown.reference, text, changed=shown.changed, longest=longest
        )
    name = focus_words.family_name(shown.problem, text, shown.family)
    told = headline.live(
        shown.outcome,
        shown.reference,
        text,
        changed=shown.changed,
        longest=longest - len(name) - 3,
    )
    return text("ui.focus.sentence", family=name, sentence=headline.in_sentence(told))


def figure_row(shown: Shown, *, hidden: Collection[Kpi] = ()) -> list[figures.Figure]:
    """The KPI cards; a hidden one says only its name."""
    row = figures.kpi_row(
        shown.problem,
        shown.scenario,
        view=shown.view,
        at_hand=(shown.outcome, shown.reference)
        if shown.given or shown.family is not None
        else None,
    )
    told = shown.text("ui.meeting.covered")
    kpis = figures.chosen_kpis(shown.problem)
    return [
        figures.covered(figure, told) if kpi in hidden else figure
        for kpi, figure in zip(kpis, row, strict=True)
    ]


def focus_line(shown: Shown, *, hidden: Collection[Kpi] = ()) -> focus.Told:
    """The line under the cards: what is looked at, and its figures."""
    text, problem, compact = shown.text, shown.problem, shown.density is Density.COMPACT
    line = "" if hidden else focus_words.month_line(shown.outcome, shown.whole, view=shown.view)
    note = ""
    if shown.family is not None:
        note = text("ui.focus.family" + ("_short" if compact else ""))
    t = shown.view.month
    return focus.Told(
        focus=shown.focus,
        families=_families(problem.hash, text.lang, problem),
        month="" if t is None else text.month_label(problem.month_dates[t]),
        line=line,
        note=note,
        compact=compact,
    )


@st.cache_resource(show_spinner=False, max_entries=16)
def _families(
    problem_hash: str,  # noqa: ARG001 - the cache's key
    lang: str,
    _problem: Problem,
) -> list[tuple[str, str]]:
    """Codes and names of the families, the worst first."""
    order = focus_words.worst_first(results.reference(_problem))
    text = text_for(lang)
    return [(_problem.families[f], focus_words.family_name(_problem, text, f)) for f in order]


def chart_parts(name: str, shown: Shown) -> tuple[pa.Table, dict[str, Any]]:
    """The frame of a chart and its constant spec."""
    view, units = shown.view, shown.view.units
    unit = {
        "balance": units.flow.label,
        "stock": units.stock.label,
        "service": shown.text(units.service),
        "load": "%",
        "margin": units.flow.label,
    }[name]
    spec = getattr(charts, f"{name}_spec")(shown.text.lang, shown.theme, shown.density, unit=unit)
    if shown.density is Density.LARGE:
        spec = meeting_charts.tall(spec)
    return getattr(frames, name)(shown.outcome, shown.reference, view=view), spec
