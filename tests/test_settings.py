"""Settings come from the environment; a wrong one is refused in one sentence."""

from pathlib import Path

import pytest

from sim.settings import read_settings


def test_defaults_live_in_the_home_of_the_user() -> None:
    found = read_settings({})
    assert found.home == Path.home() / ".local" / "share" / "sop-live"
    assert found.database_url == f"sqlite:///{found.home / 'sop.sqlite'}"
    assert (found.draws, found.draws_memory) == (1024, 2**31)
    assert read_settings({"SOP_DRAWS_MEMORY": "3"}).draws_memory == 3 * 2**20


def test_the_environment_decides() -> None:
    found = read_settings({"SOP_HOME": "/tmp/x", "SOP_WORKERS": "3", "SOP_DRAWS": "64"})  # noqa: S108
    assert (found.home, found.workers, found.draws) == (Path("/tmp/x"), 3, 64)  # noqa: S108


@pytest.mark.parametrize("wrong", ["abc", "0", "-1", "1e3", "9999999"])
def test_a_wrong_count_is_one_sentence(wrong: str) -> None:
    with pytest.raises(SystemExit, match="SOP_WORKERS"):
        read_settings({"SOP_WORKERS": wrong})
