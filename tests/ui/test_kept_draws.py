"""Draws that are read from a file are the draws that would be made."""

from pathlib import Path

import numpy as np
import pytest

from sim.model import draws
from sim.ui import kept_draws
from tests.model.problems import plain_problem

PROBLEM = plain_problem(np.full((2, 3), 10.0))


def _paths(home: Path) -> draws.Draws:
    return kept_draws.paths(PROBLEM, count=8, seed=1, width=draws.WIDTH, home=home)


def test_kept_draws_are_the_drawn_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = draws.paths(PROBLEM, draws=8, seed=1)
    first = _paths(tmp_path)
    monkeypatch.setattr(draws, "paths", lambda *_, **__: pytest.fail("drawn again"))
    again = _paths(tmp_path)
    assert first.key == again.key == made.key
    np.testing.assert_array_equal(first.errors, made.errors)
    np.testing.assert_array_equal(again.errors, made.errors)
    assert not again.errors.flags.writeable


@pytest.mark.parametrize("damage", [b"", b"short", None])
def test_a_damaged_file_is_drawn_anew(tmp_path: Path, damage: bytes | None) -> None:
    made = _paths(tmp_path)
    (file,) = (tmp_path / "draws").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"!" if damage is None else damage)
    np.testing.assert_array_equal(_paths(tmp_path).errors, made.errors)
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "draws").write_text("a file is in the way")
    assert _paths(tmp_path).draws == 8


def test_only_the_latest_are_kept(tmp_path: Path) -> None:
    for seed in range(kept_draws.KEPT + 2):
        kept_draws.paths(PROBLEM, count=8, seed=seed, width=draws.WIDTH, home=tmp_path)
    assert len(list((tmp_path / "draws").iterdir())) == kept_draws.KEPT


def test_other_code_or_libraries_read_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _paths(tmp_path)
    monkeypatch.setattr(kept_draws, "_makers", lambda: "other code")
    _paths(tmp_path)
    assert len(list((tmp_path / "draws").iterdir())) == 2


def test_blocks_of_another_width_are_other_draws(tmp_path: Path) -> None:
    wide = draws.paths(PROBLEM, draws=8, seed=1)
    narrow = draws.paths(PROBLEM, draws=8, seed=1, width=draws.NARROW)
    assert narrow.width == draws.NARROW
    assert narrow.key == draws.draws_key(PROBLEM, draws=8, seed=1, width=draws.NARROW)
    assert len({wide.key, narrow.key}) == 2
    kept = {"count": 8, "seed": 1, "home": tmp_path}
    for made in (wide, narrow, wide, narrow):
        found = kept_draws.paths(PROBLEM, **kept, width=made.width)
        np.testing.assert_array_equal(found.errors, made.errors)
