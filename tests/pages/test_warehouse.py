"""The panel of large histories: hidden until configured, then looked at, loaded and accepted."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from sim import settings as settings_module
from tests.pages.test_collect import demo_again, title, words  # noqa: F401

SECRET = "s3cr3t"  # noqa: S105 - no such server


@pytest.fixture
def configured(home: Path, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """A warehouse in SQLite and a data folder."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'erp.sqlite'}")
    rows = [
        f"('A{n % 3}', '20{20 + n // 12 % 5}-{n % 12 + 1:02d}-03', {n % 7 + 1})" for n in range(180)
    ]
    with engine.begin() as connection:
        connection.exec_driver_sql("create table sales (article text, jour text, qte real)")
        connection.exec_driver_sql(f"insert into sales values {', '.join(rows)}")  # noqa: S608
    engine.dispose()
    lines = [f"A{n % 3};{n % 28 + 1:02d}/{n % 12 + 1:02d}/2024;{n % 7 + 1},5\n" for n in range(180)]
    (tmp_path / "ventes.csv").write_text("article;date;quantité\n" + "".join(lines))
    patch = pytest.MonkeyPatch()
    patch.setenv("SOP_WAREHOUSE_URL", f"sqlite:///{tmp_path / 'erp.sqlite'}")
    patch.setenv("SOP_DATA_FOLDER", str(tmp_path))
    settings_module.settings.cache_clear()
    yield patch
    patch.undo()
    settings_module.settings.cache_clear()


def settled(app: AppTest) -> AppTest:
    """The page when the work at the source is done."""
    for _ in range(100):
        if not any(one.key == "warehouse.cancel" for one in app.button):
            return app
        time.sleep(0.1)
        app.run()
    raise AssertionError("the work did not end")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_without_a_connection_one_line_says_how(visit, lang):
    app = visit("collect", lang)
    assert "SOP_DATA_FOLDER" in words(app)
    assert not any(one.key == "warehouse.place" for one in app.selectbox)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_table_of_the_warehouse_to_a_version(visit, configured, demo_again, lang):  # noqa: F811
    app = visit("collect", lang)
    app.button(key="warehouse.test").click().run()
    assert "sqlite 3" in app.toast[0].value
    app.text_area(key="warehouse.select").set_value("sales").run()
    settled(app.button(key="warehouse.look").click().run())
    chosen = {one.key.rpartition(".")[2]: one.value for one in app.selectbox if ".map." in one.key}
    assert chosen == {
        "item": "article",
        "channel": "",
        "month": "jour",
        "quantity": "qte",
        "revenue": "",
    }
    settled(app.button(key="warehouse.load").click().run())
    assert "warehouse: sales" in words(app).replace("\\", "")
    assert not app.error
    app.button(key="collect.accept").click().run()
    from sim.ui import data

    assert data.store().latest().rows["sales"] == 60
    told = data.store().imports()[0].files[0]
    assert told["mapping"]["columns"]["item"]["column"] == "article"
    assert "sqlite:" not in str(told)
    assert not any(str(one.key).startswith("warehouse.remove") for one in app.button)


def test_files_of_the_folder_and_a_way_back(visit, configured):
    app = visit("collect", "fr")
    app.selectbox(key="warehouse.place").set_value("").run()
    app.text_input(key="warehouse.pattern").set_value("*.csv").run()
    settled(app.button(key="warehouse.look").click().run())
    settled(app.button(key="warehouse.load").click().run())
    assert "fait partie" in words(app)
    before = title(app)
    app.button(key="warehouse.remove.*.csv").click().run()
    assert "fait partie" not in words(app)
    assert title(app) != before


def test_no_secret_on_the_screen(visit, configured):
    configured.setenv("SOP_WAREHOUSE_URL", f"postgresql://u:{SECRET}@127.0.0.1:1/x")
    settings_module.settings.cache_clear()
    app = visit("collect", "en")
    app.button(key="warehouse.test").click().run()
    assert "The warehouse answered" in words(app)
    app.text_area(key="warehouse.select").set_value("drop table x").run()
    settled(app.button(key="warehouse.look").click().run())
    assert "one SELECT" in words(app)
    everything = [words(app), *(repr(one) for one in app), repr(settings_module.settings())]
    assert SECRET not in " ".join(everything)
