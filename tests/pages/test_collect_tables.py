"""The collect page beyond files of one's own: nine files to try, the report, typed-in tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.errors import StoreError
from sim.ui import data, typed_tables
from tests.pages.test_collect import title, words


@pytest.fixture
def demo_again(home: Path) -> Iterator[None]:
    """Other tests expect the demo company to be the one in use."""
    yield
    data.load_demo()


@pytest.mark.parametrize(("lang", "said"), [("fr", "6 problèmes"), ("en", "6 problems")])
def test_the_nine_files_are_one_click_away_and_can_be_put_aside(visit, lang, said) -> None:
    app = visit("collect", lang)
    app.button(key="collect.trial.load").click().run()
    assert not app.exception
    assert said in title(app)
    assert app.button(key="collect.accept").disabled
    app.checkbox(key="collect.near").check().run()
    assert "5" in title(app)
    app.button(key="collect.trial.leave").click().run()
    assert "collect.accept" not in [one.key for one in app.button]


def test_a_threshold_above_the_score_says_what_it_blocks(visit) -> None:
    app = visit("collect")
    app.button(key="collect.trial.load").click().run()
    app.number_input(key="collect.threshold").set_value(99).run()
    assert any("la signature du plan sera bloquée" in one.value for one in app.warning)
    app.number_input(key="collect.threshold").set_value(50).run()
    assert "Au-dessus du seuil de 50" in words(app)


def test_the_report_of_the_data_in_use_names_tables_and_effects(visit) -> None:
    app = visit("collect")
    said = words(app)
    assert "Macro-gammes" in said
    assert "du volume est planifié sans capacité" in said


def test_a_typed_table_is_a_new_version_with_its_line_in_the_imports(
    visit, demo_again: None, monkeypatch
) -> None:
    visit("collect")
    before = data.store().latest()
    assert before is not None
    tables = dict(data.tables(before.id))
    tables["capacity"] = tables["capacity"].assign(available=tables["capacity"]["available"] + 1)
    monkeypatch.setattr(data, "use", lambda _: None)  # there is no visit outside a page
    typed_tables.keep(tables, name="capacity", dataset=before.id)
    record, now = data.store().imports()[0], data.store().latest()
    assert record.kind == "typed"
    (changed,) = [one for one in record.detail["changes"] if one["changed"]]
    assert (changed["table"], changed["changed"]) == ("capacity", len(tables["capacity"]))
    with pytest.raises(StoreError) as refused:  # computed from a version that was left meanwhile
        typed_tables.keep(
            {**tables, "capacity": tables["capacity"][1:]}, name="capacity", dataset=before.id
        )
    assert refused.value.key == "error.store.moved"
    assert now is not None
    assert now.id == record.dataset != before.id
    assert data.planning_settings(now.id) == data.planning_settings(before.id)
    app = visit("collect")
    assert not app.exception
    assert any("saisie" in table.value.to_string() for table in app.table)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_table_that_can_be_typed_in_has_its_grid(visit, lang) -> None:
    app = visit("collect", lang)
    for name in typed_tables.TYPED:
        app.selectbox(key="typed.table").select(name).run()
        assert not app.exception
        assert not app.error
        assert app.button(key="typed.apply").disabled
