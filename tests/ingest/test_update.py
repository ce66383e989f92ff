"""An upload over data in use: modes and their laws, differences, codes, what is kept."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ingest import assess, build, inspect
from sim.ingest.changes import change_of, changes
from sim.ingest.modes import Mode, combine
from sim.ingest.record import file_records, hashes
from sim.ingest.schema import TABLES
from sim.ingest.update import Base
from sim.report.text import text_for
from sim.store.content import content_hash
from tests.ingest.words import keys, sentences, told

SALES = TABLES["sales"]
JAN, FEB, MAR = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])


def sales(*lines):
    frame = pd.DataFrame(lines, columns=["item", "channel", "month", "quantity"])
    return frame.astype({"month": "datetime64[ns]", "quantity": float})


def rows(frame):
    return sorted(frame.itertuples(index=False, name=None), key=str)


LINES = st.dictionaries(
    st.tuples(
        st.sampled_from("ABC"), st.sampled_from(["WEB", "SHOP"]), st.sampled_from([JAN, FEB])
    ),
    st.integers(0, 3),
    max_size=8,
).map(lambda found: sales(*[(*key, value) for key, value in found.items()]))


@given(LINES, LINES, st.sampled_from(list(Mode)))
def test_every_mode_done_twice_is_as_once(old, new, mode):
    once = combine(SALES, old, new, mode)
    assert rows(combine(SALES, once, new, mode)) == rows(once)
    assert not once.duplicated(list(SALES.key)).any()


@given(LINES, LINES)
def test_append_of_other_keys_is_the_union_as_is_an_upsert(old, new):
    other = new.assign(item=new["item"] + "x")
    union = rows(pd.concat([old, other]))
    assert rows(combine(SALES, old, other, Mode.APPEND)) == union
    assert rows(combine(SALES, old, other, Mode.UPSERT)) == union


@given(LINES, LINES)
def test_differences_count_every_line_once_as_a_plain_comparison_does(old, new):
    found = change_of(SALES, old, new)
    mine, theirs = (
        {row[:3]: row[3] for row in frame.itertuples(index=False, name=None)}
        for frame in (old, new)
    )
    assert found.added == len({*theirs} - {*mine})
    assert found.removed == len({*mine} - {*theirs})
    assert found.changed == sum(mine[key] != theirs[key] for key in {*mine} & {*theirs})
    assert found.unchanged == len({*mine} & {*theirs}) - found.changed


def test_months_of_the_file_take_the_place_of_the_same_months():
    old = sales(("A", "WEB", JAN, 1), ("A", "WEB", FEB, 2), ("B", "WEB", FEB, 3))
    new = sales(("A", "WEB", FEB, 9), ("A", "WEB", MAR, 4))
    made = combine(SALES, old, new, Mode.PERIOD)
    assert rows(made) == rows(
        sales(("A", "WEB", JAN, 1), ("A", "WEB", FEB, 9), ("A", "WEB", MAR, 4))
    )
    (change,) = changes({"sales": old}, {"sales": made})
    assert (change.added, change.changed, change.unchanged, change.removed) == (1, 1, 1, 1)
    changed, removed = change.examples
    assert changed.cells == {"quantity": (2.0, 9.0)}
    assert (removed.key["item"], removed.key["month"]) == ("B", FEB.date())


def test_columns_that_the_file_does_not_have_are_kept():
    old = pd.DataFrame({"item": ["A", "B"], "label": ["Anvil", "Box"], "price": [1.0, np.nan]})
    new = pd.DataFrame({"item": ["B", "C"], "price": [5.0, 6.0]})
    made = combine(TABLES["item"], old, new, Mode.UPSERT)
    assert made["label"].tolist() == ["Anvil", "Box", ""]
    assert made["price"].tolist() == [1.0, 5.0, 6.0]


def test_empty_cells_are_equal_however_they_are_written_and_sums_to_the_last_bit():
    old = pd.DataFrame({"item": ["A"], "label": [None], "price": [0.1 + 0.2], "site": [""]})
    new = pd.DataFrame({"item": ["A"], "label": [""], "price": [0.3]})
    assert change_of(TABLES["item"], old, new).unchanged == 1


# from files


def tables_of(*files, base=None, good=False):
    return build(inspect(list(files)), base=base, accept_good_rows=good)


@pytest.fixture(scope="module")
def in_use():
    found = tables_of(
        ("sales.csv", b"item,month,quantity\nA,2026-01,1\nA,2026-02,2\nB,2026-02,3\n"),
        ("item.csv", b"item,label,price\nA,Anvil,5\nB,Box,6\n"),
        ("resource.csv", b"resource,kind\nR,hours\n"),
        ("routing.csv", b"item,resource,quantity_per_unit\nA,R,2\n"),
        ("capacity.csv", b"resource,month,available\nR,2026-03,100\n"),
    )
    return found.require().tables


def test_one_month_of_sales_throws_nothing_else_away(in_use):
    sent = ("sales.csv", b"item,month,quantity\nA,2026-02,7\nB,2026-02,3\nA,2026-03,4\n")
    found = tables_of(sent, base=Base(tables=in_use))
    made = found.require()
    assert set(made) == set(in_use)
    assert all(made[name] is in_use[name] for name in made if name != "sales")
    assert made["sales"]["quantity"].sum() == 1 + 7 + 3 + 4
    change = next(one for one in found.changes if one.table == "sales")
    assert (change.added, change.changed, change.unchanged, change.removed) == (1, 1, 2, 0)
    again = tables_of(sent, base=Base(tables=made.tables))
    assert not any(one.any for one in again.changes)
    assert content_hash(again.tables, "") == content_hash(made, "")


@pytest.mark.parametrize(
    ("code", "afresh", "warned"), [("X", False, True), ("X", True, False), ("a", False, False)]
)
def test_files_that_share_no_item_with_the_data_in_use_are_told(in_use, code, afresh, warned):
    sent = ("sales.csv", f"item,month,quantity\n{code},2026-03,7\n".encode())
    found = tables_of(sent, base=Base(tables=in_use, afresh=afresh))
    assert ("warning.data.strangers" in keys(found.warnings)) is warned


def test_a_table_without_sales_updates_data_that_have_them(in_use):
    sent = ("capacity.csv", b"resource,month,available\nR,2026-03,90\nR,2026-04,80\n")
    assert keys(tables_of(sent).blocking) == ["error.upload.no_sales"]
    made = tables_of(sent, base=Base(tables=in_use)).require()
    assert made["capacity"]["available"].tolist() == [90.0, 80.0]
    nothing = tables_of(("x.csv", b"colour,size\nred,3\n"), base=Base(tables=in_use))
    assert keys(nothing.blocking) == ["error.upload.no_table"]
    assert not nothing.usable


def test_starting_afresh_keeps_nothing_and_says_so(in_use):
    sent = ("sales.csv", b"item,month,quantity\nA,2026-01,1\n")
    found = tables_of(sent, base=Base(tables=in_use, afresh=True))
    assert set(found.require()) == {"sales", "item"}
    removed = {one.table: one.removed for one in found.changes if one.removed}
    assert removed == {"sales": 2, "item": 1, "resource": 1, "routing": 1, "capacity": 1}


def test_a_code_is_looked_for_in_the_lists_in_use(in_use):
    sent = ("sales.csv", b"item,month,quantity\nA,2026-03,4\nNEW,2026-03,4\n")
    found = tables_of(sent, base=Base(tables=in_use))
    assert keys(found.problems) == ["error.data.unknown_code"]
    assert "is not in the list in use" in text_for("en").error(found.problems[0])[0]
    listed = tables_of(
        sent, ("item.csv", b"item,label,price\nNEW,New one,9\n"), base=Base(tables=in_use)
    )
    assert listed.require()["item"]["label"].tolist() == ["Anvil", "Box", "New one"]


def test_new_items_are_no_mistake_where_items_only_come_from_sales():
    first = tables_of(("sales.csv", b"item,month,quantity\nA,2026-01,1\n")).require()
    sent = ("sales.csv", b"item,month,quantity\nB,2026-02,4\n")
    made = tables_of(sent, base=Base(tables=first.tables)).require()
    assert made["item"]["item"].tolist() == ["A", "B"]


def test_appended_keys_that_are_there_are_refused_with_their_lines(in_use):
    sent = ("sales.csv", b"item,month,quantity\nA,2026-02,7\nA,2026-03,4\n")
    base = Base(tables=in_use, modes={"sales": Mode.APPEND})
    found = tables_of(sent, base=base)
    assert keys(found.problems) == ["error.data.already_there"]
    assert told(found.problems[0])["lines"] == [2]
    assert sentences(found.problems[0])
    made = tables_of(sent, base=base, good=True).require()
    assert made["sales"]["quantity"].sum() == 1 + 2 + 3 + 4


def test_a_list_may_not_be_replaced_by_one_that_lacks_codes_in_use(in_use):
    sent = ("item.csv", b"item,label,price\nA,Anvil,5\n")
    found = tables_of(sent, base=Base(tables=in_use, modes={"item": Mode.REPLACE}))
    assert keys(found.blocking) == ["error.data.orphans"]
    assert told(found.blocking[0])["examples"] == "B"
    assert sentences(found.blocking[0])


def test_the_stock_date_follows_the_sales_in_use(in_use):
    sent = ("stock.csv", b"item,on_hand\nA,7\n")
    found = tables_of(sent, base=Base(tables=in_use))
    assert found.require()["stock"]["as_of"].dt.strftime("%Y-%m-%d").tolist() == ["2026-02-28"]


def test_a_file_and_an_archive_whose_name_begins_alike_keep_their_own_hashes():
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as archive:
        archive.writestr("item.csv", "item,label\nA,Anvil\n")
    files = [("s", b"item,month,quantity\nA,2026-01,1\n"), ("s.zip", inside.getvalue())]
    previews = inspect(files)
    quality = assess({})
    kept = file_records(previews, files, {}, quality=quality)
    assert [one["name"] for one in kept] == ["s", "s.zip/item.csv"]
    assert [one["sha256"] for one in kept] == [hashes(files)[name] for name, _ in files]
