"""Compare without a browser: up to six scenarios, and what was saved since the last visit."""

import json

from streamlit.testing.v1 import AppTest

from sim.model.scenario import Card, Scenario, to_json
from sim.ui import data, scenarios
from sim.ui.navigation import FILES
from sim.ui.room import KEY


def saved(name: str, value: float, *, parent: str | None = None) -> str:
    card = Card(id="saturdays", kind="saturdays", value=value)
    scenario = Scenario(name=name, cards=(card,), dataset=data.store().latest().id)
    return data.store().scenarios.save(scenario, author="", parent=parent)


def chosen(app: AppTest) -> list[str]:
    return list(app.multiselect(key="compare.select").value)


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
    app.switch_page(FILES["cockpit"]).run()
    app.switch_page(FILES["compare"]).run()
    assert chosen(app) == [first, second]
    newer = saved("Premier", 0.13, parent=first)  # takes the place of what it is a version of
    app.switch_page(FILES["cockpit"]).run()
    app.switch_page(FILES["compare"]).run()
    assert chosen(app) == [second, newer]


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
    changed = body | {"name": "Un autre"}
    kept = scenarios.keep(scenarios.from_json(json.dumps(changed)))
    assert kept != mine
