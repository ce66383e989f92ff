"""Compare without a browser: up to six scenarios, and what was saved since the last visit."""

import json

from streamlit.testing.v1 import AppTest

from sim.model import kpi
from sim.model.run import run
from sim.model.scenario import Card, Scenario, to_json
from sim.report import tables
from sim.report.text import text_for
from sim.ui import data, results, scenarios
from sim.ui.navigation import FILES
from sim.ui.room import KEY


def saved(name: str, value: float, *, parent: str | None = None) -> str:
    card = Card(id="saturdays", kind="saturdays", value=value)
    scenario = Scenario(name=name, cards=(card,), dataset=data.store().latest().id)
    return data.store().scenarios.save(scenario, author="", parent=parent)


def chosen(app: AppTest) -> list[str]:
    return list(app.multiselect(key="compare.select").value)


def again(app: AppTest) -> None:
    """Leave the page and come back."""
    app.switch_page(FILES["cockpit"]).run()
    app.switch_page(FILES["compare"]).run()
    assert not app.exception


def test_six_scenarios_have_six_letters_and_a_column_each(visit) -> None:
    visit("cockpit")  # accepts the demo company
    ids = [saved(f"Samedis {n}", n / 100) for n in range(1, 7)]
    app = visit("compare", ids=",".join(ids))
    assert not app.exception
    assert not app.warning
    assert app.table[0].value.shape[1] == 8
    assert len(app.get("vega_lite_chart")) == 8  # six small ones, scatter, bridge
    more = visit("compare", ids=",".join([*ids, saved("Samedis 7", 0.07)]))
    assert any("6 scénarios" in one.value for one in more.warning)


def test_what_was_saved_since_the_last_visit_is_shown(visit) -> None:
    visit("cockpit")
    first = saved("Premier", 0.11)
    app = visit("compare", ids=first)
    assert chosen(app) == [first]
    second = saved("Deuxième", 0.12)
    again(app)
    assert chosen(app) == [first, second]
    newer = saved("Premier", 0.13, parent=first)  # takes the place of what it is a version of
    again(app)
    assert chosen(app) == [second, newer]


def test_a_first_visit_shows_the_newest_scenarios(visit) -> None:
    visit("cockpit")
    old = saved("Ancien", 0.21)
    ids = [saved(f"Récent {n}", 0.21 + n / 100) for n in (1, 2)]
    newest = saved("Ancien", 0.24, parent=old)  # an old line, the newest version
    assert set(chosen(visit("compare"))) == {*ids, newest}


def test_what_finds_no_room_is_told_and_the_choice_stays(visit) -> None:
    visit("cockpit")
    ids = [saved(f"Plein {n}", 0.1 + n / 1000) for n in range(6)]
    app = visit("compare", ids=",".join(ids))
    saved("Septième", 0.107)
    again(app)
    assert set(chosen(app)) == set(ids)
    told = [one.value for one in app.info]
    assert any("Septième" in one and "Six scénarios sont déjà comparés" in one for one in told)
    newer = saved("Plein 5", 0.108, parent=ids[5])  # a version needs no room
    again(app)
    assert set(chosen(app)) == {*ids[:5], newer}
    app.multiselect(key="compare.select").set_value(ids[:2]).run()
    again(app)
    assert set(chosen(app)) == set(ids[:2])


def test_versions_without_a_name_are_left_out_but_for_the_one_in_work(visit) -> None:
    visit("cockpit")
    named, nameless = saved("Nommé", 0.41), saved("", 0.42)
    offered = visit("compare", ids=named).multiselect(key="compare.select").options
    assert any("Nommé" in one for one in offered)
    assert not any("Sans nom" in one for one in offered)
    assert chosen(visit("compare", ids=nameless)) == [nameless]  # a link is shown as it was sent
    app = visit("pre_sop", s=nameless)
    app.switch_page(FILES["compare"]).run()
    assert nameless in chosen(app)
    app.session_state[KEY].rebase(data.store().scenarios.load(named), named)
    again(app)
    assert nameless not in chosen(app)


def test_the_frontier_names_who_is_dominated_by_whom(visit) -> None:
    visit("cockpit")
    good, nothing = saved("Samedis", 0.15), saved("Rien", 0.0)
    app = visit("compare", "en", ids=f"{good},{nothing}")
    letters = {one.split(" · ")[1]: one[0] for one in app.multiselect(key="compare.select").options}
    said = "\n".join(one.value for one in app.caption)
    assert f"{letters['Samedis']} dominates {letters['Rien']}: more margin" in said
    assert f"{letters['Samedis']} dominates the reference: more margin" in said


def test_the_figures_of_a_comparison_are_those_of_single_runs(visit) -> None:
    visit("cockpit")
    ids = [saved(f"Seul {n}", n / 100) for n in (3, 9)]
    app = visit("compare", ids=",".join(ids))
    problem = data.problem(data.store().latest().id)
    months, paths = kpi.window(problem), results.draws(problem)
    base = run(problem, Scenario(), draws=paths)
    text = text_for("fr", problem.currency)
    table = app.table[0].value
    for n, scenario_id in zip((3, 9), ids, strict=True):
        alone = run(problem, data.store().scenarios.load(scenario_id), draws=paths)
        found, change = kpi.estimates(alone, months), kpi.differences(alone, base, months)
        single = tables.kpi_table(
            {"ref": kpi.estimates(base, months), "A": found}, {"A": change}, text=text
        )
        (column,) = (name for name in table.columns if f"Seul {n}" in name)
        assert list(table[column].iloc[:-1]) == list(single["A"])
    assert list(table.iloc[:-1, 1]) == list(single["ref"])


def test_ones_own_export_opened_again_makes_no_second_scenario(visit) -> None:
    app = visit("pre_sop")
    mine = saved("Le mien", 0.14)
    before = len(data.store().scenarios.list())
    body = json.loads(to_json(data.store().scenarios.load(mine)))
    app.session_state["room.share"] = True
    app.run()
    upload = app.file_uploader(key="room.upload")
    upload.upload("scenario.json", json.dumps(body).encode()).run()
    assert app.session_state[KEY].step.saved_id == mine
    assert len(data.store().scenarios.list()) == before
    newer = saved("Le mien", 0.15, parent=mine)
    assert scenarios.keep(scenarios.from_json(json.dumps(body))) == mine  # an older version
    every = scenarios.named(body["dataset"], text_for("fr"))
    assert scenarios.letter_of(mine, every) == scenarios.letter_of(newer, every)
    changed = body | {"name": "Un autre"}
    kept = scenarios.keep(scenarios.from_json(json.dumps(changed)))
    assert kept != mine
