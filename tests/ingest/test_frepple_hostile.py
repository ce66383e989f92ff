"""frePPLe sheets with any cell replaced by anything: a sentence, never a crash."""

import random
import time

import pyarrow as pa
import pytest

from sim.errors import SopError, each
from sim.ingest import build
from sim.ingest.guess import guess_mappings
from sim.ingest.preview import _look, with_mapping
from sim.ingest.profiles import recognised
from sim.ingest.sandbox import RawSheet
from sim.report.text import text_for
from tests.ingest.frepple import sheets

NASTY = (
    *("", "0", "-1", "1e308", "-999999999999", "nan", "1,5", "1.234", "9999-12-31", "0001-01-01"),
    *("2024-13-40", "24:00:00", "999999:59:59", "99999999 00:00:00", "=1+1", "TABLE", "make table"),
    *("ASSEMBLY", "buckets", "routing", "alternate", "split", "week", "wood", "False", "closed"),
)


def raw(name, rows):
    columns = [pa.array([str(row[at]) for row in rows]) for at in range(len(rows[0]))]
    numbers = pa.array(range(1, len(rows) + 1), pa.int64())
    cells = pa.table([numbers, *columns], names=["row", *map(str, range(len(columns)))])
    given = {"kind": "xlsx", "encoding": "", "separator": "", "accented": (), "notices": ()}
    return RawSheet(file="plant.xlsx", sheet=name, cells=cells, **given)


def looked(found):
    previews = recognised([one for name, rows in found.items() for one in _look(raw(name, rows))])
    maps = guess_mappings(previews)
    return [one if one.error else with_mapping(one, maps[one.id]) for one in previews]


@pytest.mark.parametrize("seed", range(2))
def test_any_cell_may_be_anything(seed):
    dice = random.Random(seed)
    for _ in range(25):
        found = {name: [list(row) for row in rows] for name, rows in sheets().items()}
        for name in dice.sample(sorted(found), 3):
            row = dice.choice(found[name])
            row[dice.randrange(len(row))] = dice.choice(NASTY)
        previews = looked(found)
        told = [one.error for one in previews if one.error]
        imported = build(previews)
        told += [*imported.blocking, *imported.problems]
        for error in told:
            assert isinstance(error, SopError)
            for one in each(error):
                assert one.key not in text_for("fr").error(one)[0]


def test_a_chain_of_parts_may_be_long():
    many = 3_000
    operations = [["name", "type", "item", "duration per unit"]]
    operations += [[f"make {at}", "time_per", f"P{at}", "0:00:01"] for at in range(many)]
    parts = [["operation", "item", "quantity"]]
    parts += [[f"make {at}", f"P{at + 1}", "-1"] for at in range(many - 1)]
    loads = [["operation", "resource"], *([f"make {at}", "SAW"] for at in range(many))]
    given = {"operation": operations, "operation material": parts, "operation resource": loads}
    items = [["name"], ["P0"]]
    previews = looked(sheets() | given | {"item": items, "item supplier": [["item"]]})
    (routing,) = [one for one in previews if one.mapping.table == "routing"]
    hours = float(routing.texts("duration per unit (h)")[0][1:])
    assert hours == pytest.approx(many / 3600 / 0.8)  # the saw's efficiency


def test_one_calendar_of_many_resources_is_read_once():
    week = [["calendar", "start", "end", "value", "start time", "end time"]]
    week += [
        ["big", "2020-01-01", "2030-01-01", 1, f"{at}:00:00", f"{at + 1}:00:00"] for at in (8, 9)
    ]
    machines = [
        ["name", "type", "available"],
        *([f"R{at}", "default", "big"] for at in range(1_000)),
    ]
    began = time.process_time()
    previews = looked(sheets() | {"calendar bucket": week, "resource": machines})
    (capacity,) = [one for one in previews if one.mapping.table == "capacity"]
    assert capacity.texts("available")[0][1:] == str(2 * 31)  # 2 hours, every day of December
    assert time.process_time() - began < 8


@pytest.mark.parametrize("ends", ["2030-01-01", "2024-12-02"])
def test_thousands_of_lines_for_one_day_are_refused(ends):
    week = [["calendar", "start", "end", "value"], *(["week", "2020-01-01", ends, 1],) * 4_000]
    began = time.process_time()
    previews = looked(sheets() | {"calendar bucket": week})
    assert "error.profile.too_large" in [one.error.key for one in previews if one.error]
    assert time.process_time() - began < 8


def test_groups_in_groups_and_steps_without_end_are_read_in_seconds():
    many = 2_000
    chain = [["name", "owner"], *([f"G{at}", f"G{at + 1}"] for at in range(many))]
    items = [
        ["name", "owner"],
        *([f"P{at}", f"P{at + 1}"] for at in range(2 * many)),
        ["TABLE", ""],
    ]
    steps = [["operation", "suboperation"], *(["make table", f"S{at}"] for at in range(2 * many))]
    began = time.process_time()
    looked(sheets() | {"resource": chain, "item": items, "sub operation": steps})
    assert time.process_time() - began < 8
