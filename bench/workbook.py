"""A workbook of 100,000 rows beside bare calamine, and a text of a million lines."""

import datetime
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import xlsxwriter

from bench.machine import table
from sim.ingest.sandbox import RawSheet, read_raw

ROWS = 100_000
LINES = 999_999
LOW, HIGH = [0, 0, 1, 1, 0, 0, 0], [3000, 200, 29, 13, 1000, 5000, 100]
ROUNDS = 5
BARE = (
    "import sys, python_calamine as calamine;"
    "book = calamine.load_workbook(sys.argv[1]);"
    "assert len(book.get_sheet_by_index(0).to_python()) > 100_000"
)


def bench() -> None:
    """Print seconds of wall and of processor to the rows of each file."""
    rows: list[list[object]] = [["file", "path", "wall, s", "processor, s", "ratio", "reach"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sales.xlsx"
        path.write_bytes(workbook())
        body = path.read_bytes()
        # Side by side in every round: the machine is rarely alone.
        rounds = [(timed(lambda: bare(path)), timed(lambda: whole(body))) for _ in range(ROUNDS)]
    least = [tuple(min(one[at][n] for one in rounds) for n in (0, 1)) for at in (0, 1)]
    ratio = least[1][1] / least[0][1]
    name = f"XLSX, {ROWS:,} rows x 8"
    rows.append([name, "bare calamine", *(f"{one:.2f}" for one in least[0]), "", ""])
    told = f"{ratio:.2f} (wall {least[1][0] / least[0][0]:.2f})"
    rows.append([name, "child to Arrow", *(f"{one:.2f}" for one in least[1]), told, "<= 1.5"])
    text = lines()
    took = [timed(lambda: whole(text)) for _ in range(2)]
    seconds = [f"{min(one[n] for one in took):.2f}" for n in (0, 1)]
    rows.append([f"CSV, {LINES:,} lines x 5", "child to Arrow", *seconds, "", ""])
    table("Reading an upload", rows)


def bare(path: Path) -> None:
    """The same sheet to rows in a process of its own."""
    subprocess.run([sys.executable, "-c", BARE, str(path)], check=True)


def whole(body: bytes) -> None:
    """The way of an upload: child, limits, Arrow."""
    ((sheet,),) = read_raw([("upload", body)])
    assert isinstance(sheet, RawSheet), sheet
    assert len(sheet.cells) >= ROWS


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds of wall, and of processor of this process and its children."""
    before, begun = os.times(), time.perf_counter()
    work()
    wall, after = time.perf_counter() - begun, os.times()
    return wall, sum(after[:4]) - sum(before[:4])


def workbook() -> bytes:
    """Codes, labels, dates, whole and decimal numbers."""
    dice = np.random.default_rng(1)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, day = book.add_worksheet("Ventes"), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["Article", "Client", "Date", "Qté", "CA", "Site", "Libellé", "Famille"])
    draws = dice.integers(0, [3000, 200, 1000, 1000, 100_000, 9], size=(ROWS, 6))
    for row, (item, client, date, quantity, cents, family) in enumerate(draws.tolist(), 1):
        sheet.write_row(row, 0, [f"A{item:05d}", f"C{client:03d}"])
        sheet.write_datetime(row, 2, datetime.datetime(2022, 1, 1) + datetime.timedelta(date), day)
        sheet.write_row(row, 3, [quantity, cents / 100, "P1", f"Libellé {item}", f"F{family}"])
    book.close()
    return out.getvalue()


def lines() -> bytes:
    """Sales lines as a French spreadsheet writes them."""
    dice = np.random.default_rng(2)
    draws = dice.integers(LOW, HIGH, size=(LINES, 7)).tolist()
    head = "Article;Client;Date;Qté;CA\n"
    body = "".join(
        f"A{item:05d};C{client:03d};{day:02d}/{month:02d}/2023;{quantity};{euros},{cents:02d}\n"
        for item, client, day, month, quantity, euros, cents in draws
    )
    return (head + body).encode("cp1252")
