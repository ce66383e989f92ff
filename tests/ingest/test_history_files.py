"""Large histories in a folder: the same months as an upload, from Parquet and text; no way out."""

import threading
import time
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from sim.errors import DataError
from sim.ingest import build, history_query, inspect
from sim.ingest.history_files import find_files, look, read
from sim.ingest.history_query import workshop
from tests.ingest.words import keys, sentences

SAME = ["item", "channel", "month", "quantity", "revenue"]


@pytest.fixture(scope="module")
def lines():
    """Daily lines with codes, days and sums that a careless reader would change."""
    count = 4_000
    at = range(count)
    return pd.DataFrame(
        {
            "item": [f"{n % 37:05d}" for n in at],
            "channel": [("Détail", "Export", "Œuvres €")[n % 3] for n in at],
            "date": [pd.Timestamp("2023-01-01") + pd.Timedelta(days=n * 7919 % 730) for n in at],
            "quantity": [n * 31 % 97 + 1 for n in at],
            "revenue": [round(n * 1.37 % 311 + 0.1, 2) for n in at],
        }
    )


def _text(lines, *, separator=";", decimal=",", day="%d/%m/%Y", encoding="utf-8"):
    shown = lines.assign(
        date=[f"{one:{day}}" for one in lines["date"]],
        revenue=[str(one).replace(".", decimal) for one in lines["revenue"]],
    )
    text = shown.to_csv(sep=separator, index=False, lineterminator="\n")
    return text.encode(encoding)


def _sales(history, **kw):
    made = build(inspect([("history", history)]), **kw)
    assert not made.blocking
    return made.tables["sales"]


@pytest.fixture(scope="module")
def wanted(lines):
    """What the upload of the same lines gives."""
    made = build(inspect([("ventes.csv", _text(lines))]), accept_good_rows=True)
    return made.tables["sales"].sort_values(SAME[:3], ignore_index=True)


@pytest.mark.parametrize(
    "dialect",
    [
        {},
        {"encoding": "cp1252"},
        {"encoding": "utf-8-sig", "separator": ",", "decimal": ".", "day": "%Y-%m-%d"},
        {"encoding": "utf-16", "separator": "\t", "day": "%Y%m%d"},
        {"separator": "|", "decimal": ".", "day": "%Y-%m-%d 10:11:12"},
        {"day": "%m/%d/%Y"},
    ],
    ids=["french", "cp1252", "english", "utf-16", "time stamps", "month first"],
)
def test_text_gives_the_months_of_an_upload(tmp_path, lines, wanted, dialect):
    (tmp_path / "ventes.csv").write_bytes(_text(lines, **dialect))
    found = look(tmp_path, "*.csv")
    assert dict(found.columns) == {n: {"month": "date"}.get(n, n) for n in SAME}
    pd.testing.assert_frame_equal(_sales(read(found))[SAME], wanted[SAME], rtol=1e-12)


def test_parquet_gives_the_months_of_an_upload(tmp_path, lines, wanted):
    (tmp_path / "2023").mkdir()
    half = len(lines) // 2
    lines[:half].to_parquet(tmp_path / "2023" / "a[1].parquet")
    columns = list(reversed(lines.columns))  # by name, not by place
    lines[half:][columns].to_parquet(tmp_path / "2023" / "b.parquet")
    for pattern in ("2023", "2023/*.parquet", "**/*.parquet"):
        found = look(tmp_path, pattern)
        assert (len(found.paths), found.kind) == (2, "parquet")
        pd.testing.assert_frame_equal(_sales(read(found))[SAME], wanted[SAME], rtol=1e-12)


def test_the_same_lines_give_the_same_bytes(tmp_path, lines):
    lines.to_parquet(tmp_path / "a.parquet")
    lines.sample(frac=1, random_state=1).to_parquet(tmp_path / "b.parquet")
    first, second = (read(look(tmp_path, f"{name}.parquet")) for name in "ab")
    assert first == second


def test_days_as_numbers_and_no_channel_no_revenue(tmp_path):
    frame = pd.DataFrame({"sku": [12, 12], "period": [20240105, 20240131], "units": [1.5, 2]})
    frame.to_parquet(tmp_path / "n.parquet")
    columns = {"item": "sku", "month": "period", "quantity": "units"}
    row = next(_sales(read(look(tmp_path, "n.parquet"), columns)).itertuples())
    assert (row.item, row.channel, f"{row.month:%Y-%m}", row.quantity) == (
        "12",
        "All",
        "2024-01",
        3.5,
    )


def test_every_line_is_loaded_or_told(tmp_path):
    text = "item;date;quantity\nA;13/01/2024;2\nA;14/01/2024;-1\nB;32/01/2024;1\n"
    text += "A;15/01/2024;4;9\nA;16/01/2024\n;17/01/2024;5\nA;18/01/2024;1.234\nA;19/01/2024;1,5\n"
    text += "A;20/01/2024;inf\n"
    (tmp_path / "s.csv").write_text(text)
    history = read(look(tmp_path, "s.csv"), decimal=",")
    made = build(inspect([("s", history)]))
    assert keys(made.problems) == ["error.history.negative", "error.history.unreadable"]
    said = " ".join(sentences(made.problems[1]))
    assert "line 5: A;15/01/2024;4;9" in said
    good = build(inspect([("s", history)]), accept_good_rows=True)
    assert good.before[0].rows == 9
    assert {one.name: one.rows for one in good.left_out} == {"returned": 1, "wrong": 6}
    assert list(good.tables["sales"]["quantity"]) == [3.5]


def test_what_is_ambiguous_is_asked(tmp_path):
    (tmp_path / "d.csv").write_text("item;date;quantity\nA;01/02/2024;2\nA;03/04/2024;1\n")
    (tmp_path / "n.csv").write_text("item;date;quantity\nA;2024-01-02;1.234\n")
    with pytest.raises(DataError, match="ask_dates"):
        read(look(tmp_path, "d.csv"))
    months = _sales(read(look(tmp_path, "d.csv"), dates="mdy"))["month"]
    assert [f"{one:%m}" for one in months] == ["01", "03"]
    with pytest.raises(DataError, match="ask_decimal"):
        read(look(tmp_path, "n.csv"))
    assert _sales(read(look(tmp_path, "n.csv"), decimal="."))["quantity"][0] == 1.234


def test_files_that_do_not_belong_together(tmp_path):
    (tmp_path / "a.csv").write_text("item;date;quantity\nA;2024-01-13;2\n")
    (tmp_path / "b.csv").write_text("item;quantity;date\nA;2;2024-01-13\n")
    with pytest.raises(DataError, match="header"):
        read(look(tmp_path, "*.csv"))
    pd.DataFrame({"item": ["A"]}).to_parquet(tmp_path / "c.parquet")
    with pytest.raises(DataError, match="kinds"):
        look(tmp_path, "*")
    with pytest.raises(DataError, match="column_gone"):
        read(look(tmp_path, "a.csv"), {"item": "item", "month": "date", "quantity": "x"})


@pytest.mark.parametrize(
    "pattern", ["../out.csv", "/etc/passwd", "in/../../out.csv", "in/link.csv", "*/*.csv"]
)
def test_nothing_outside_the_folder(tmp_path, pattern):
    root = tmp_path / "root"
    (root / "in").mkdir(parents=True)
    (tmp_path / "out.csv").write_text("item;date;quantity\nA;2024-01-13;2\n")
    (root / "in" / "link.csv").symlink_to(tmp_path / "out.csv")
    with pytest.raises(DataError, match="outside") as told:
        find_files(root, pattern)
    assert sentences(told.value)


def test_no_files_and_empty_ones(tmp_path):
    for pattern in ("x.csv", "[", "x/**", "\x00", ""):
        with pytest.raises(DataError, match="no_files"):
            look(tmp_path, pattern)
    (tmp_path / "a.csv").write_text("item;date;quantity\n")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 is not enough")
    for name in ("a.csv", "b.parquet"):
        with pytest.raises(DataError) as told:
            read(look(tmp_path, name))
        assert str(tmp_path) not in " ".join(sentences(told.value))


def test_the_workshop_is_locked(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "x.csv").write_text("a\n1\n")
    (inside / "link.csv").symlink_to(outside / "x.csv")
    with workshop(inside) as connection:
        for asked in (
            f"FROM read_csv('{outside}/x.csv')",
            f"FROM read_csv('{inside}/../out/x.csv')",
            f"FROM read_csv('{inside}/link.csv')",
            f"COPY (SELECT 1) TO '{outside}/y.csv'",
            f"ATTACH '{outside}/z.db'",
            "FROM read_csv('http://127.0.0.1:9/x.csv')",
            "INSTALL httpfs",
            "SET enable_external_access=true",
            "SET memory_limit='8GB'",
            "FROM lines",  # a variable of this test
        ):
            lines = pd.DataFrame({"a": [1]})
            with pytest.raises(duckdb.Error):
                connection.sql(asked).fetchall()
        assert len(lines) == 1
    assert not list(outside.glob("[yz]*"))


def test_memory_spills_and_stays_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(history_query, "MEMORY", "60MB")
    with workshop(tmp_path) as connection:
        groups = connection.sql("SELECT hash(range) AS h FROM range(3000000) GROUP BY h")
        made = groups.count("*").fetchall()
    assert made == [(3_000_000,)]


def test_progress_and_a_way_to_stop(tmp_path):
    with workshop(tmp_path) as connection:
        cancel, shares = threading.Event(), []
        question = history_query.Question(
            about="x", folder=tmp_path, report=shares.append, cancel=cancel
        )
        threading.Timer(0.5, cancel.set).start()
        begun = time.monotonic()
        with pytest.raises(DataError, match="cancelled"):
            question.ask(
                connection,
                "SELECT sum(hash(a.range + b.range)) FROM range(9000000) a, range(900) b",
            )
        assert time.monotonic() - begun < 10
        assert shares
        assert all(0 <= one <= 1 for one in shares)
        assert connection.sql("SELECT 1").fetchall() == [(1,)]


def test_a_history_is_not_taken_from_an_upload(tmp_path, lines):
    """The bytes alone are no history: a browser cannot pass one off."""
    lines.to_parquet(tmp_path / "a.parquet")
    history = read(look(tmp_path, "a.parquet"))
    shown = inspect([("x", bytes(history)), ("y", history)])
    assert [one.history is not None for one in shown] == [True, False]
    assert shown[1].error is not None


def test_it_goes_with_uploaded_lists(tmp_path, lines):
    lines.to_parquet(tmp_path / "a.parquet")
    items = "item;famille\n" + "".join(f"{n:05d};F{n % 3}\n" for n in range(36))
    files = [("articles.csv", items.encode()), ("ventes", read(look(tmp_path, "a.parquet")))]
    made = build(inspect(files))
    assert keys(made.problems) == ["error.data.unknown_code"]
    assert made.tables["item"]["family"].nunique() == 3
    assert Path(tmp_path).exists()
    assert isinstance(pa.table({"a": [1]}), pa.Table)
