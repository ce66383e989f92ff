"""The ``search`` command: best plan of many candidates, as one object and as sentences.

Documented keys
---------------
search    target, seed, draws, window, finished, reached, candidates, evaluated, simulated_draws,
          out {missed_service, earned_less}, winner [candidate + scenario, as in its JSON],
          service {mean, low, high}, reference and runner_up {margin, service {mean, low, high}
          winner less the other, candidate}, at_stake [money], finalists [candidate],
          frontier [candidate], bound {margin, gap, foresight_gap {mean, low, high}}, notices,
          sentences, file (with --out)
candidate mode, cards {id: value}, draws, margin, service, cost {mean, p5, p95, se}
"""

import argparse
import json
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from types import FrameType
from typing import Any

from sim.cli.commands import Result, drawn, kpi_window, sentences, window_months
from sim.cli.company import Company, read_company, read_scenario
from sim.model import search as searching
from sim.model.levers import LEVERS, Lever, Unit, parts
from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario, to_json
from sim.report.headline import resource_name
from sim.report.text import Text, text_for


def search(options: argparse.Namespace) -> Result:
    """Search the best plan; Ctrl-C ends the search and keeps the best so far."""
    company = read_company(options.folder)
    problem = company.problem
    paths = drawn(problem, options)
    work = searching.Search(
        problem,
        _begun(company, options),
        draws=paths,
        target=options.target_service,
        candidates=options.candidates,
        seed=options.seed,
        months=kpi_window(problem, options),
    )
    text = text_for(options.lang, problem.currency)
    with _interrupts() as stopped:
        for progress in work.steps():
            _show(progress, text)
            if stopped():
                break
    found = work.result()
    result = _described(found) | {
        "draws": paths.draws,
        "window": window_months(problem, options),
        "notices": [
            *_notices(found, problem, text),
            *sentences(company, options, draws=paths.draws),
        ],
        "sentences": list(_said(found, problem, text)),
    }
    if options.out:
        best = found.winner.scenario  # in the room it stands in a list, by its name
        named = replace(best, name=best.name or text("search.name"))
        options.out.write_text(to_json(named), encoding="utf-8")
        result["file"] = str(options.out)
    return result


def _begun(company: Company, options: argparse.Namespace) -> Scenario:
    """The scenario with the company's own suggestions beside its cards, switched off."""
    scenario = read_scenario(company, options.scenario, anyway=options.anyway)
    had = {card.id for card in scenario.cards}
    more = tuple(replace(card, on=False) for card in company.cards if card.id not in had)
    return replace(scenario, cards=(*scenario.cards, *more))


@contextmanager
def _interrupts() -> Iterator[Any]:
    """Whether somebody has pressed Ctrl-C; a second time ends the program at once."""
    pressed: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


def _show(progress: searching.Progress, text: Text) -> None:
    best = progress.best
    if best is None or not sys.stderr.isatty():
        return
    line = text(
        "search.progress",
        stage=text(f"search.stage.{progress.stage.value}"),
        draws=progress.draws,
        evaluated=progress.evaluated,
        planned=progress.planned,
        remaining=progress.remaining,
        margin=text.money(best.margin.mean),
        service=text.percent(best.service.mean),
    )
    last = progress.stage is searching.Stage.FRONTIER and progress.evaluated == progress.planned
    print(f"\r{line:<100}", end="\n" if last else "", file=sys.stderr, flush=True)


def _described(found: searching.Result) -> Result:
    return {
        "target": found.target,
        "seed": found.seed,
        "finished": found.finished,
        "reached": found.reached,
        "candidates": found.candidates,
        "evaluated": found.evaluated,
        "simulated_draws": found.simulated_draws,
        "out": {"missed_service": found.missed_service, "earned_less": found.earned_less},
        "winner": _candidate(found.winner)
        | {"scenario": json.loads(to_json(found.winner.scenario))},
        "service": asdict(found.service),
        "reference": _against(found.reference),
        "runner_up": _against(found.runner_up) if found.runner_up else None,
        "at_stake": found.at_stake,
        "finalists": [_candidate(one) for one in found.finalists],
        "frontier": [_candidate(one) for one in found.frontier],
        "bound": asdict(found.bound) if found.bound else None,
    }


def _candidate(one: searching.Standing) -> Result:
    return {
        "mode": one.scenario.mode.value,
        "cards": {card.id: card.value for card in one.scenario.active},
        "draws": one.draws,
    } | {
        name: {"mean": value.mean, "p5": value.p5, "p95": value.p95, "se": value.error}
        for name, value in (("margin", one.margin), ("service", one.service), ("cost", one.cost))
    }


def _against(one: searching.Against) -> Result:
    return {
        "margin": asdict(one.margin),
        "service": asdict(one.service),
        "candidate": _candidate(one.other),
    }


def _notices(found: searching.Result, problem: Problem, text: Text) -> Iterator[str]:
    if not found.finished:
        yield text(
            "search.stopped",
            evaluated=found.evaluated,
            candidates=found.candidates,
            draws=text.number(found.winner.draws),
        )
    if not found.reached:
        values = {
            "most": text.percent(found.winner.service.mean),
            "target": text.percent(found.target),
        }
        if found.limit < 0:
            yield text("search.not_reachable_open", **values)
        else:
            name = resource_name(problem, text, found.limit)
            yield text("search.not_reachable", limit=name, **values)


def _said(found: searching.Result, problem: Problem, text: Text) -> Iterator[str]:
    """The result in sentences."""
    winner, money = found.winner, text.money
    yield text(
        "search.race",
        candidates=found.candidates,
        draws=text.number(found.simulated_draws),
        missed=found.missed_service,
        less=found.earned_less,
    )
    yield text("search.winner", mode=_mode(winner, text), cards=_cards(winner, problem, text))
    yield text(
        "search.service",
        fill=text.percent(found.service.mean, 2),
        low=text.percent(found.service.low, 2),
        high=text.percent(found.service.high, 2),
        target=text.percent(found.target),
    )
    if problem.has_money:
        yield text("search.margin", margin=money(winner.margin.mean), cost=money(winner.cost.mean))
    else:
        yield text("search.cost", cost=money(winner.cost.mean))
    yield _beside("search.against_reference", found.reference, text)
    if found.runner_up:
        yield _beside("search.against_runner_up", found.runner_up, text)
    if found.finished and found.reached:
        yield text("search.at_stake", amount=money(found.at_stake))
    yield from _bound(found, problem, text)
    yield text("search.frontier", draws=text.number(found.frontier[0].draws))
    yield from (_point(one, problem, text) for one in found.frontier)


def _beside(key: str, one: searching.Against, text: Text) -> str:
    return text(
        key,
        margin=text.money(one.margin.mean, sign=True),
        low=text.money(one.margin.low, sign=True),
        high=text.money(one.margin.high, sign=True),
        service=text.points(one.service.mean),
    )


def _bound(found: searching.Result, problem: Problem, text: Text) -> Iterator[str]:
    if found.bound is None:
        if problem.has_money:  # there is something to earn, but supply is at risk
            yield text("search.no_bound")
        return
    yield text(
        "search.bound", margin=text.money(found.bound.margin), gap=text.money(found.bound.gap)
    )
    ahead = found.bound.foresight_gap
    if ahead is not None:
        low, high = text.money(ahead.low), text.money(ahead.high)
        yield text("search.foresight", gap=text.money(ahead.mean), low=low, high=high)


def _point(one: searching.Standing, problem: Problem, text: Text) -> str:
    return text(
        "search.point",
        service=text.percent(one.service.mean, 2),
        service_error=text.percent(one.service.error, 2),
        cost=text.money(one.cost.mean),
        cost_error=text.money(one.cost.error),
        mode=_mode(one, text),
        cards=_cards(one, problem, text),
    )


def _mode(one: searching.Standing, text: Text) -> str:
    return text(f"mode.{one.scenario.mode.value}")


def _cards(one: searching.Standing, problem: Problem, text: Text) -> str:
    active = one.scenario.active
    return ", ".join(_card(card, problem, text) for card in active) or text("search.no_card")


def _card(card: Card, problem: Problem, text: Text) -> str:
    lever, name = LEVERS[card.kind], text(f"lever.{card.kind}.short")
    if card.target != "all":
        places = [
            problem.label(text.lang, kind or "item", code) for kind, code in parts(card.target)
        ]
        name = f"{name} ({', '.join(places)})"
    return f"{name} {_value(card, lever, text)}"


def _value(card: Card, lever: Lever, text: Text) -> str:
    if lever.unit is Unit.CHOICE:
        return text(f"lever.{card.kind}.{lever.positions[round(card.value)]}")
    if lever.unit is Unit.SHARE:
        return text.percent(card.value, 0, sign=True)
    if lever.unit is Unit.MONEY:
        return text.money(card.value)
    points = 100 if lever.unit in (Unit.POINTS, Unit.QUANTILE) else 1
    value = points * card.value
    number = text.number(value, 0 if value == round(value) else 2, sign=lever.low < 0)
    if lever.unit is Unit.QUANTILE:
        return f"P{number}"
    priced = lever.unit.value.startswith("money")
    return text(
        f"lever.unit.{lever.unit.value}", value=text.in_currency(number, "") if priced else number
    )


def lines(result: Mapping[str, Any], _text: Text) -> Iterator[str]:
    """The result as lines for a person."""
    yield from result["sentences"]
    yield from result["notices"]
    if "file" in result:
        yield result["file"]
