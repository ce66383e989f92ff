"""Two people save under one name at the same time: both are kept, and both are told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from streamlit.testing.v1 import AppTest

from sim.model.scenario import Card, Scenario
from sim.store import open_store
from sim.ui import data
from sim.ui.room import KEY

NAME = "Plan commun"


def save(app: AppTest, name: str) -> str:
    """Save the scenario of the room under a name."""
    app.text_input(key="room.name").set_value(name)
    app.button(key="room.save").click().run()
    assert not app.exception
    return str(app.session_state[KEY].step.saved_id)


def told(app: AppTest) -> list[str]:
    return [one.value for one in app.info if "même nom" in one.value]


def test_one_name_by_two_visitors_is_kept_twice_and_both_are_told(visit) -> None:
    anna, ben = visit("pre_sop", "fr", **{"c.saturdays": "0.05"}), visit("pre_sop")
    first = save(anna, NAME)
    assert not told(anna)
    second = save(ben, NAME)
    (sentence,) = told(ben)
    assert sentence.count(NAME) == 2
    assert "Les deux sont gardés" in sentence
    anna.run()  # whatever she does next
    assert len(told(anna)) == 1
    for app in (anna, ben):
        app.run()
        assert not told(app)  # once is enough
    kept = data.store().scenarios
    assert kept.load(first).active
    assert not kept.load(second).active
    assert {first, second} <= {one.id for one in kept.list()}


def test_two_edits_of_one_version_are_both_kept_and_told(visit) -> None:
    visit("cockpit")
    card = Card(id="saturdays", kind="saturdays", value=0.05)
    both = Scenario(name="Partagé", cards=(card,), dataset=data.store().latest().id)
    origin = data.store().scenarios.save(both, author="Anna")
    anna, ben = visit("pre_sop", s=origin), visit("pre_sop", s=origin)
    mine, theirs = save(anna, "Partagé"), save(ben, "Partagé")
    anna.run()
    assert len(told(anna)) == len(told(ben)) == 1
    found = {one.id: one for one in data.store().scenarios.list()}
    assert found[mine].parent == found[theirs].parent == origin


def test_saves_at_the_same_moment_all_arrive(tmp_path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    stores = [open_store(url) for _ in range(4)]
    start = Barrier(len(stores))

    def work(n: int) -> list[str]:
        start.wait()
        card = Card(id="c", kind="volume", value=n / 10)
        scenario = Scenario(name=NAME, cards=(card,))
        return [stores[n].scenarios.save(scenario, author=f"Visitor {n}") for _ in range(5)]

    with ThreadPoolExecutor(len(stores)) as pool:
        ids = [one for found in pool.map(work, range(len(stores))) for one in found]
    kept = {one.id: one for one in stores[0].scenarios.list()}
    assert set(ids) == set(kept)
    assert len(ids) == 20
    assert {one.scenario.cards[0].value for one in kept.values()} == {0.0, 0.1, 0.2, 0.3}
    assert stores[0].audit.verify() == 20
    for store in stores:
        store.close()
