"""A folder of canonical CSV files: round trip, and a sentence for everything that is wrong."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import SopError, each
from sim.ingest import Tables, read_folder, write_folder
from sim.ingest.schema import TABLES, Kind
from tests.ingest.words import sentences, told

SALES = "item,month,quantity\nA,2024-01,3\nA,2024-02,4.5\n"
ITEM = "item,label,price\nA,Anvil,12.5\n"


def _folder(path, **files):
    for name, body in files.items():
        (path / f"{name}.csv").write_bytes(body if isinstance(body, bytes) else body.encode())
    return path


def test_the_smallest_folder_gives_items_and_months(tmp_path):
    tables = read_folder(_folder(tmp_path, sales=SALES))
    sales = tables["sales"]
    assert list(sales["quantity"]) == [3.0, 4.5]
    assert list(sales["month"]) == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")]
    assert set(sales["channel"]) == {"All"}
    assert list(tables["item"]["item"]) == ["A"]
    assert list(tables["item"]["family"]) == ["All"]
    assert tables.planning is None


def test_bom_semicolon_blank_lines_and_upper_case_headers(tmp_path):
    body = "\ufeffItem;Month;Quantity\r\n00012;2024-01-01;3.5\r\n;;\r\n".encode()
    tables = read_folder(_folder(tmp_path, sales=body))
    assert list(tables["sales"]["item"]) == ["00012"]
    assert list(tables["sales"]["quantity"]) == [3.5]


def test_days_of_one_month_are_summed_and_two_same_days_are_a_repeated_key(tmp_path):
    body = "item,month,quantity\nA,2024-01-03,3\nA,2024-01-09,4\n"
    assert list(read_folder(_folder(tmp_path, sales=body))["sales"]["quantity"]) == [7.0]
    with pytest.raises(SopError) as caught:
        read_folder(_folder(tmp_path, sales=body + "A,2024-01-03,1\n"))
    assert caught.value.key == "error.data.duplicate_key"
    assert (told(caught.value)["row"], told(caught.value)["first"]) == (4, 2)


def test_a_lag_becomes_a_month(tmp_path):
    body = "cycle,lag,item,quantity,kind\n2024-11,3,A,5,consensus\n"
    tables = read_folder(_folder(tmp_path, forecast_snapshot=body))
    assert list(tables["forecast_snapshot"]["month"]) == [pd.Timestamp("2025-02-01")]


def test_unknown_files_and_columns_are_told_not_refused(tmp_path):
    _folder(tmp_path, sales="item,month,quantity,comment\nA,2024-01,3,x\n", notes="a\n1\n")
    notices = read_folder(tmp_path).notices
    assert {one.key for one in notices} == {
        "notice.data.unknown_file",
        "notice.data.unknown_column",
    }
    for notice in notices:
        assert sentences(notice)


BAD = {
    "empty file": ({"sales": b""}, "error.data.empty_file"),
    "header only": ({"sales": "item,month,quantity\n"}, "error.data.no_rows"),
    "missing column": ({"sales": "item,month\nA,2024-01\n"}, "error.data.missing_column"),
    "repeated column": (
        {"sales": "item,month,quantity,quantity\nA,2024-01,1,2\n"},
        "error.data.repeated_column",
    ),
    "misspelt column": (
        {"sales": "item,month,quantity,revenu\nA,2024-01,1,2\n"},
        "error.data.misspelt_column",
    ),
    "text in numbers": (
        {"sales": "item,month,quantity\nA,2024-01,many\n"},
        "error.data.not_number",
    ),
    "decimal comma": ({"sales": "item;month;quantity\nA;2024-01;1,5\n"}, "error.data.not_number"),
    "nan": ({"sales": "item,month,quantity\nA,2024-01,NaN\n"}, "error.data.not_finite"),
    "inf": ({"sales": "item,month,quantity\nA,2024-01,-inf\n"}, "error.data.not_finite"),
    "empty cell": ({"sales": "item,month,quantity\nA,2024-01,\n"}, "error.data.missing_value"),
    "bad month": ({"sales": "item,month,quantity\nA,31/01/2024,1\n"}, "error.data.not_month"),
    "bad date": (
        {"sales": SALES, "stock": "item,as_of,on_hand\nA,yesterday,1\n"},
        "error.data.not_date",
    ),
    "negative sales": ({"sales": "item,month,quantity\nA,2024-01,-1\n"}, "error.data.below"),
    "negative stock": (
        {"sales": SALES, "stock": "item,as_of,on_hand\nA,2024-03-01,-5\n"},
        "error.data.below",
    ),
    "beyond any quantity": (
        {"sales": f"item,month,quantity\nA,2024-01,1{'0' * 40}\n"},
        "error.data.above",
    ),
    "share": ({"sales": SALES, "item": "item,service_target\nA,97\n"}, "error.data.above"),
    "no pallet": ({"sales": SALES, "item": "item,units_per_pallet\nA,0\n"}, "error.data.not_above"),
    "half month": (
        {"sales": SALES, "item": "item,lead_time_months\nA,1.5\n"},
        "error.data.not_integer",
    ),
    "flag": ({"sales": "item,month,quantity,promo\nA,2024-01,1,9\n"}, "error.data.not_flag"),
    "choice": (
        {"sales": SALES, "resource": "resource,kind\nM1,robots\n"},
        "error.data.not_choice",
    ),
    "shifts": (
        {"sales": SALES, "resource": "resource,kind,shift_levels\nM1,hours,3x8\n"},
        "error.data.not_shifts",
    ),
    "duplicate key": ({"sales": SALES + "A,2024-02,1\n"}, "error.data.duplicate_key"),
    "unknown item": ({"sales": SALES + "B,2024-02,1\n", "item": ITEM}, "error.data.unknown_code"),
    "near item": ({"sales": SALES + "a,2024-02,1\n", "item": ITEM}, "error.data.unknown_code_near"),
    "unknown items": (
        {"sales": SALES + "".join(f"X{n},2024-02,1\n" for n in range(9)), "item": ITEM},
        "error.data.unknown_codes",
    ),
    "unknown resource": (
        {
            "sales": SALES,
            "resource": "resource,kind\nM1,hours\n",
            "capacity": "resource,month,available\nM2,2024-01,8\n",
        },
        "error.data.unknown_code",
    ),
    "neither item nor family": (
        {"sales": SALES, "budget": "item,month,quantity\n,2024-01,5\n"},
        "error.data.missing_value",
    ),
    "ragged": ({"sales": SALES + "A,2024-03,1,5\n"}, "error.data.ragged"),
    "latin-1": (
        {"sales": "item,month,quantity\né,2024-01,1\n".encode("cp1252")},
        "error.data.not_utf8",
    ),
    "open quote": ({"sales": 'item,month,quantity\n"A,2024-01,1\n'}, "error.data.broken_csv"),
    "no demand": ({"item": ITEM}, "error.data.no_demand"),
}


@pytest.mark.parametrize("case", BAD, ids=str)
def test_each_bad_folder_gets_one_sentence_with_its_place(case, tmp_path):
    files, key = BAD[case]
    with pytest.raises(SopError) as caught:
        read_folder(_folder(tmp_path, **files))
    problems = each(caught.value)
    assert [one.key for one in problems] == [key]
    for sentence in sentences(caught.value):
        assert "{" not in sentence
        assert "\n" not in sentence
        assert sentence.endswith((".", "?"))
    if "row" in told(problems[0]):
        guilty = "sales" if case in _SALES else [*files][-1]
        assert told(problems[0])["file"] == f"{guilty}.csv"


_SALES = {"unknown item", "near item", "unknown items"}


def test_all_problems_of_all_files_come_at_once(tmp_path):
    _folder(
        tmp_path,
        sales="item,month,quantity\nA,2024-01,x\nA,never,1\n",
        stock="item,as_of,on_hand\nA,2024-01-01,-1\n",
    )
    (tmp_path / "planning.json").write_text("{bad")
    with pytest.raises(SopError) as caught:
        read_folder(tmp_path)
    assert sorted(one.key for one in each(caught.value)) == [
        "error.data.below",
        "error.data.not_json",
        "error.data.not_month",
        "error.data.not_number",
    ]


def test_a_thousand_bad_cells_are_listed_to_a_limit_and_counted(tmp_path):
    lines = "".join(f"A{n},2024-01,x\n" for n in range(1000))
    with pytest.raises(SopError) as caught:
        read_folder(_folder(tmp_path, sales="item,month,quantity\n" + lines))
    found = each(caught.value)
    assert len(found) == 51
    assert told(found[-1])["count"] == 950


def test_a_missing_folder_is_a_sentence(tmp_path):
    with pytest.raises(SopError) as caught:
        read_folder(tmp_path / "nowhere")
    assert "nowhere" in sentences(caught.value)[0]


def test_text_cannot_run_in_a_spreadsheet_and_reads_back(tmp_path):
    wild = ["=1+1", "-5", "+x", "@now", "'=1", "''-1", "'quoted", 'a"b,c', "é;\u202f€", "\t=2"]
    sales = pd.DataFrame(
        {"item": wild, "month": pd.Timestamp("2024-01-01"), "quantity": 1.0}
    ).assign(item=lambda frame: frame["item"].str.strip())
    write_folder(Tables({"sales": sales}), tmp_path)
    for line in (tmp_path / "sales.csv").read_text("utf-8").splitlines()[1:]:
        assert line.lstrip('"')[0] not in "=+-@\t"
    assert list(read_folder(tmp_path)["sales"]["item"]) == list(sales["item"])


NUMBERS = st.floats(min_value=0, max_value=1e12, allow_nan=False)
CODES = st.text(alphabet="ABCé09-_=+' ;,\"", min_size=1, max_size=8).map(str.strip).filter(bool)


@settings(deadline=None, max_examples=60)
@given(
    items=st.lists(CODES, min_size=1, max_size=6, unique=True),
    quantities=st.lists(NUMBERS, min_size=6, max_size=6),
    prices=st.lists(NUMBERS | st.just(np.nan), min_size=6, max_size=6),
    planning=st.dictionaries(st.text(max_size=5), NUMBERS | st.text(max_size=5), max_size=3),
)
def test_write_then_read_gives_the_same_tables(
    items, quantities, prices, planning, tmp_path_factory
):
    months = pd.to_datetime(["2024-01-01"] * len(items))
    item = pd.DataFrame({"item": items, "label": items, "price": prices[: len(items)]})
    sales = pd.DataFrame({"item": items, "month": months, "quantity": quantities[: len(items)]})
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    write_folder(Tables({"item": item, "sales": sales}, planning), first)
    read = read_folder(first)
    pd.testing.assert_frame_equal(read["sales"][list(sales)], sales, check_exact=True)
    pd.testing.assert_frame_equal(read["item"][list(item)], item, check_exact=True)
    assert read.planning == json.loads(json.dumps(planning))
    write_folder(read, second)
    again = read_folder(second)
    for name, frame in read.items():
        pd.testing.assert_frame_equal(frame, again[name], check_exact=True)


def test_the_bytes_are_plain(tmp_path):
    write_folder(read_folder(_folder(tmp_path, sales=SALES)), tmp_path / "out")
    assert (tmp_path / "out" / "sales.csv").read_bytes() == (
        b"item,channel,month,quantity\nA,All,2024-01-01,3\nA,All,2024-02-01,4.5\n"
    )


def test_the_declaration_is_sound():
    for table in TABLES.values():
        assert len(set(table.names)) == len(table.names)
        assert table.key, table.name
        for column in table.columns:
            if column.refers:
                owner, code = column.refers
                assert code in TABLES[owner].names
            if column.kind is Kind.CHOICE:
                assert column.choices
        for group in table.one_of:
            assert set(group) <= set(table.names)
