"""Saved scenarios and forecasts."""

import sqlite3

import pytest
import sqlalchemy as sa

from sim.errors import LeverError, StoreError
from sim.store import open_store
from sim.store import tables as t
from tests.store.versions import scenario


def test_a_saved_scenario_comes_back_by_its_id(store, url):
    made = scenario()
    key = store.scenarios.save(made, author="Anna")
    assert len(key) == 10
    assert key.isalnum()
    assert store.scenarios.load(key) == made
    assert store.scenarios.load(f" {key.upper()} ") == made
    assert open_store(url).scenarios.get(key).author == "Anna"


def test_an_edit_is_a_new_version_with_a_parent(store):
    first = store.scenarios.save(scenario(), author="Anna")
    second = store.scenarios.save(scenario(value=0.2), author="Anna", parent=first)
    third = store.scenarios.save(scenario(value=0.3), author="Ben", parent=second)
    (newest,) = store.scenarios.list()
    assert (newest.id, newest.parent, newest.history) == (third, second, (second, first))
    assert store.scenarios.load(first) == scenario()


def test_one_name_by_two_people_and_two_edits_of_one_version_are_all_kept(store):
    first = store.scenarios.save(scenario(), author="Anna")
    other = store.scenarios.save(scenario(), author="Ben")
    left = store.scenarios.save(scenario(value=0.2), author="Anna", parent=first)
    right = store.scenarios.save(scenario(value=0.4), author="Ben", parent=first)
    assert [saved.id for saved in store.scenarios.list()] == [right, left, other]


def test_the_list_of_a_dataset_leaves_out_those_of_other_data(store):
    mine = store.scenarios.save(scenario(dataset="d1"), author="")
    store.scenarios.save(scenario(dataset="d2"), author="")
    free = store.scenarios.save(scenario(), author="")
    assert [saved.id for saved in store.scenarios.list("d1")] == [free, mine]


def test_a_copy_on_other_data_does_not_hide_the_version_it_came_from(store):
    first = store.scenarios.save(scenario(dataset="d1"), author="")
    copy = store.scenarios.save(scenario(dataset="d2"), author="", parent=first)
    assert [saved.id for saved in store.scenarios.list("d1")] == [first]
    assert [saved.id for saved in store.scenarios.list("d2")] == [copy]
    again = store.scenarios.save(scenario(dataset="d1"), author="", parent=copy)
    assert [saved.id for saved in store.scenarios.list("d1")] == [again]


def test_what_was_saved_is_found_again_by_what_it_says(store):
    first = store.scenarios.save(scenario(dataset="d1"), author="Anna")
    store.scenarios.save(scenario(value=0.2, dataset="d1"), author="Ben", parent=first)
    assert store.scenarios.find(scenario(dataset="d1")) == first  # an older version, too
    assert store.scenarios.find(scenario(dataset="d2")) is None
    assert store.scenarios.find(scenario(name="B", dataset="d1")) is None
    free = store.scenarios.save(scenario(value=0.3), author="")
    assert store.scenarios.find(scenario(value=0.3, dataset="d2")) == free  # of any data


@pytest.mark.parametrize("key", ["", "nothing", "x" * 500, "'; DROP TABLE scenario; --"])
def test_an_unknown_scenario_is_a_sentence(store, key):
    with pytest.raises(StoreError, match=r"error\.store\.unknown_scenario"):
        store.scenarios.load(key)


def test_an_unknown_parent_saves_nothing(store):
    with pytest.raises(StoreError, match=r"error\.store\.unknown_scenario"):
        store.scenarios.save(scenario(), author="", parent="nothing")
    assert store.scenarios.list() == ()
    assert store.audit.verify() == 0


def test_a_scenario_that_could_not_be_read_back_is_refused(store):
    for bad in (scenario(name="x" * 5_000), scenario(value=float("nan"))):
        with pytest.raises(LeverError):
            store.scenarios.save(bad, author="")
    assert store.scenarios.list() == ()


def test_a_damaged_scenario_does_not_hide_the_others(store, url):
    bad, good = (store.scenarios.save(scenario(value=v), author="") for v in (1.0, 2.0))
    file = sqlite3.connect(sa.make_url(url).database)
    file.execute("DROP TRIGGER scenario_no_update")
    file.execute("UPDATE scenario SET body = '{}' WHERE id = ?", (bad,))
    file.commit()
    file.close()
    assert [saved.id for saved in store.scenarios.list()] == [good]
    with pytest.raises(StoreError, match=r"error\.store\.scenario_damaged"):
        store.scenarios.load(bad)


# forecasts


def test_forecasts_are_kept_under_their_key(store):
    assert store.forecasts.get("k") is None
    store.forecasts.put("k", b"one")
    store.forecasts.put("k", b"two")
    assert store.forecasts.get("k") == b"two"


def test_a_damaged_forecast_is_none_so_that_it_is_made_again(store):
    store.forecasts.put("k", b"one")
    with store._engines.writing() as connection:
        connection.execute(t.forecast.update().values(content=b"not one"))
    assert store.forecasts.get("k") is None
