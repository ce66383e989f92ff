"""The app without a browser, over a store of its own that holds the demo company."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from sim import settings as settings_module

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home folder for the whole session: the demo company is made once."""
    folder = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    patch.setenv("SOP_HOME", str(folder))
    patch.setenv("SOP_DRAWS", "256")
    patch.setenv("SOP_SLIDERS", "native")  # AppTest has no browser to run the live ones
    patch.delenv("SOP_DATABASE_URL", raising=False)
    settings_module.settings.cache_clear()
    st.cache_resource.clear()
    yield folder
    from sim.ui import data

    data.store().close()
    st.cache_resource.clear()
    patch.undo()
    settings_module.settings.cache_clear()


@pytest.fixture
def visit(home: Path) -> Open:
    """Open a page as a new visitor: ``visit("pre_sop", "fr", s="...")``."""

    def open_page(page: str, lang: str = "fr", /, **parameters: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.context = {"locale": {"fr": "fr-FR", "en": "en-GB"}[lang]}
        app.query_params["p"] = page
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.run()

    return open_page
