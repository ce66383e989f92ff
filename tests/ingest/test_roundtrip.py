"""The demo company as twelve companies would export it: it loads back equal."""

import pandas as pd
import pytest

from sim.ingest import build, inspect, read_folder, write_folder
from sim.ingest.demo import demo_tables
from sim.ingest.schema import TABLES
from sim.ingest.styles import questions
from tests.ingest.dialects import DIALECTS, exported, values_of
from tests.ingest.words import keys

# What a company may be asked: cells such as 1,234 or 01/11/2022 alone prove no style.
ASKED = {"error.upload.ask_decimal", "error.upload.ask_dates"}


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    write_folder(demo_tables(), folder)
    return read_folder(folder)


def test_there_are_twelve_dialects():
    assert len(DIALECTS) == 12


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
def test_what_is_exported_loads_back_equal(company, dialect):
    names = [*company]
    files = [
        (f"{name}.{dialect.container}", exported(name, company[name], dialect)) for name in names
    ]
    previews = inspect(files)
    answers = {
        "decimal": "," if dialect.french else ".",
        "dates": "dmy" if dialect.french else "mdy",
    }
    asked = [one for p in previews for one in questions(p.id, p.mapping, p.styles)]
    assert {*keys(asked)} <= ASKED
    assert not (dialect.container == "xlsx" and asked)
    maps = {one.id: one.mapping.to_json() | answers for one in previews if one.ambiguous}
    found = build(previews, maps)
    assert not found.blocking
    assert not found.problems
    for name in names:
        values = values_of(name, company[name], dialect)
        want = company[name][[*_kept(name, company[name], values)]]
        if values:
            want = want.dropna(subset=values)
        order = list(want)
        got = found.tables[name][order].sort_values(order, ignore_index=True)
        pd.testing.assert_frame_equal(want.sort_values(order, ignore_index=True), got, obj=name)


def _kept(name, frame, values):
    return [c for c in frame if not values or c in {*TABLES[name].key, *values}]
