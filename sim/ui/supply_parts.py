"""The small parts of the supply review: materials, storage, headcount, or what is missing."""

import numpy as np
import pandas as pd
import streamlit as st

from sim.model.outcome import Measure
from sim.model.problem import ResourceKind
from sim.report import frames
from sim.report.text import NONE
from sim.ui import messages, supply
from sim.ui.supply import Reviewed


def draw(one: Reviewed) -> None:
    """Three parts side by side."""
    parts = (("materials", _materials), ("storage", _storage), ("headcount", _headcount))
    for column, (name, part) in zip(st.columns(3, gap="large"), parts, strict=True):
        with column:
            st.markdown(f"#### {one.text(f'ui.supply.{name}')}", anchors=False)
            part(one)


def _materials(one: Reviewed) -> None:
    rows = material_rows(one)
    if rows.empty:
        st.caption(one.text("ui.supply.materials.none"))
        return
    st.table(rows, border="horizontal", hide_index=True)
    st.caption(one.text("ui.supply.materials.help", year=one.year))


def material_rows(one: Reviewed) -> pd.DataFrame:
    """Each limited material over the window: asked for, available, the fullest month."""
    text, problem, months = one.text, one.problem, one.window
    asked, share = frames.required(problem), frames.required_share(problem)
    rows = []
    for r, kind in enumerate(problem.resource_kind):
        given = problem.capacity[r, months]
        if kind is not ResourceKind.MATERIAL or not np.isfinite(given).any():
            continue
        worst = np.where(np.isfinite(share[r]), share[r], -1.0)
        t = int(worst.argmax())
        limited = float(given[np.isfinite(given)].sum())
        month = text.month_label(problem.month_dates[t])
        rows.append(
            {
                text("ui.supply.material"): _name(one, r),
                text("ui.supply.asked"): supply.in_units(one, r, float(asked[r, months].sum())),
                text("ui.supply.available"): supply.in_units(one, r, limited),
                text("ui.supply.fullest"): text(
                    "ui.supply.fullest.cell", month=month, share=text.percent(float(worst[t]), 0)
                )
                if worst[t] >= 0
                else NONE,
            }
        )
    return pd.DataFrame(rows)


def _name(one: Reviewed, r: int) -> str:
    """A resource in a table, which reads Markdown."""
    named = one.problem.label(one.text.lang, "resource", one.problem.resources[r])
    return messages.plain(named)


def _storage(one: Reviewed) -> None:
    st.markdown(messages.plain(storage_sentence(one)))


def storage_sentence(one: Reviewed) -> str:
    """The fullest month of the store with its spread, against the places there are."""
    text, problem = one.text, one.problem
    if not problem.pallets_per_unit.any():
        return text("ui.supply.storage.no_pallets")
    pallets = one.outcome.total(Measure.PALLETS)
    mean = pallets.mean(axis=0)
    room = problem.storage + problem.outside_storage
    limited = bool(np.isfinite(room).any())
    t = int(np.argmax(mean / room if limited else mean))
    told = text(
        "ui.supply.storage.peak",
        month=text.month(problem.month_dates[t]),
        value=text.number(float(mean[t])),
        high=text.number(float(np.percentile(pallets[:, t], 95))),
    )
    if not limited:
        return text("ui.supply.storage.unlimited", told=told)
    over = (pallets > room).mean(axis=0)
    worst = int(over.argmax())
    places = text.number(float(room[t]))
    if over[worst] <= 0:
        return text("ui.supply.storage.fits", told=told, places=places)
    return text(
        "ui.supply.storage.over",
        told=told,
        places=places,
        chance=text.probability(float(over[worst])),
        month=text.month(problem.month_dates[worst]),
    )


def _headcount(one: Reviewed) -> None:
    rows = headcount_rows(one)
    if rows.empty:
        st.caption(one.text("ui.supply.headcount.none"))
        return
    st.table(rows, border="horizontal", hide_index=True)
    st.caption(one.text("ui.supply.headcount.help"))


def headcount_rows(one: Reviewed) -> pd.DataFrame:
    """People of each resource: today, needed in the fullest month, who comes and goes."""
    text, force = one.text, one.problem.workforce
    if force is None:
        return pd.DataFrame()
    asked, decided = frames.required(one.problem), one.outcome.plan.decided
    rows = []
    for r in np.flatnonzero(force.hours.any(axis=1)):
        hours = force.hours[r]
        needed = np.divide(asked[r], hours, out=np.zeros_like(hours), where=hours > 0)
        t = int(needed.argmax())
        come, go = (0.0, 0.0) if decided is None else (decided.hires[r], decided.layoffs[r])
        month = text.month_label(one.problem.month_dates[t])
        rows.append(
            {
                text("chart.tip.resource"): _name(one, int(r)),
                text("ui.supply.people"): text.number(float(force.workers[r]), 1),
                text("ui.supply.people.needed"): text(
                    "ui.supply.people.cell", count=text.number(float(needed[t]), 1), month=month
                ),
                text("ui.supply.people.moves"): text(
                    "ui.supply.people.moves.cell",
                    hires=text.number(float(np.sum(come)), 1),
                    layoffs=text.number(float(np.sum(go)), 1),
                ),
            }
        )
    return pd.DataFrame(rows)
