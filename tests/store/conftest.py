"""An empty store for each test."""

import pytest

from sim.store import open_store
from tests.store.versions import ticking


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'new folder' / 'sop.sqlite'}"


@pytest.fixture
def store(url):
    opened = open_store(url, clock=ticking(), code_version="1")
    yield opened
    opened.close()
