"""Mutated uploads through the whole upload path; ``python -m tests.ingest.fuzz 10000 [SEED]``.

The parser runs in a few long-lived processes under the limits of the real child, because starting
one for each case would take all the time. An exception that nobody caught is a crash, in the
parser and behind it; a parser that its limits end is a refusal, as for a visitor.
"""

import io
import os
import queue
import random
import signal
import struct
import subprocess
import sys
import time
import traceback
import zipfile
from collections import Counter
from datetime import date

from sim.errors import DataError
from sim.ingest import build, child, inspect, sandbox
from tests.ingest.files import SALES, book
from tests.ingest.formats import ods, packed, parquet, xls, xlsb
from tests.ingest.words import sentences

MARK = b"CRASH\n"
ROWS = [
    ["Article", "Mois", "Qté", "Prix", "Promo"],
    *[[f"A{n}", date(2024, 1 + n % 12, 1), n * 1.5, "1 234,50", n % 2 == 0] for n in range(14)],
]
TEXT = "Ventes 2024;;;\nCode article;Mois;Qté;CA HT\n" + "".join(
    f"000{n};{1 + n % 12:02d}/2024;{n},5;1 234,50 €\n" for n in range(14)
)
LIST = "Stock\n-----------\n|Article|Mois|Qté |\n-----------\n" + "|A|01.02.2024|155,22-|\n" * 5
WIDE = "Article\t" + "\t".join(f"{m:02d}/2024" for m in range(1, 13)) + "\nA" + "\t7" * 12 + "\n"
COLUMNS = {name: list(cells) for name, *cells in zip(*ROWS, strict=True)}
SEEDS = {
    "fr.csv": TEXT.encode("cp1252"),
    "marked.csv": TEXT.encode("utf-8-sig"),
    "wide.tsv": WIDE.encode("utf-16"),
    "list.txt": LIST.encode(),
    "a.xlsx": book(*ROWS),
    "a.xls": xls(Ventes=ROWS),
    "a.xlsb": xlsb(Ventes=ROWS),
    "a.ods": ods(Ventes=ROWS),
    "a.parquet": parquet(COLUMNS),
    "a.zip": packed({"sales.csv": SALES, "b/ventes.csv": TEXT.encode(), "a.xlsx": book(*ROWS)}),
}
TOKENS = (b"\0", b'"', b"'", b";", b"\t", b",", b"|", b"\n", b"\r", b"\xff\xfe", b"\xef\xbb\xbf")
TOKENS += (b"-----", b"1e999", b"NaN", b"=1+1", b"<", b"&a;", b"9" * 40, b"\xf0\x9f\x92\xa9")
TOKENS += (b'r="XFD1048576"', b'repeated="99999999"', b"\xee\x80\x80", b"../", b"\x1b[31m")


def mutated(dice, body):
    """One to four random changes of the bytes."""
    data = bytearray(body)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        end = min(len(data), at + dice.choice((1, 4, 30, 400)))
        match dice.randrange(6):
            case 0:
                data[at:end] = bytes(sign ^ 1 << dice.randrange(8) for sign in data[at:end][:8])
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * dice.randint(1, 3)
            case 3:
                data[at:at] = dice.choice(TOKENS) * dice.choice((1, 1, 2, 50))
            case 4:
                data[at:end] = bytes(end - at)
            case _:
                del data[max(at, len(data) // 2) :]
    return bytes(data)


def repacked(dice, body):
    """The members of an archive, one of them mutated or two of them swapped."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    one, other = dice.choice(list(members)), dice.choice(list(members))
    if dice.random() < 0.2:
        members[one], members[other] = members[other], members[one]
    else:
        members[one] = mutated(dice, members[one])
    return packed(members)


def case(seed, number):
    """Name and bytes of a case: the same for the same seed and number."""
    dice = random.Random(seed * 1_000_003 + number)
    name = dice.choice(list(SEEDS))
    body = SEEDS[name]
    if body.startswith(b"PK") and dice.random() < 0.7:
        return f"{number} {name}", repacked(dice, body)
    if dice.random() < 0.05:
        body = body[: len(body) // 2] + dice.choice(list(SEEDS.values()))
    return f"{number} {name}", mutated(dice, body)


def serve():
    """Answer like the parser child, one upload after the other."""
    child.limit(seconds=10_000)
    source, out = sys.stdin.buffer, sys.stdout.buffer
    while size := source.read(4):
        signal.alarm(sandbox.WALL)
        told = io.BytesIO()
        try:
            child.answer(source.read(struct.unpack("<I", size)[0]), told)
        except Exception:
            told = io.BytesIO(MARK + traceback.format_exc().encode())
        signal.alarm(0)
        out.write(struct.pack("<I", len(told.getvalue())) + told.getvalue())
        out.flush()


class Parsers:
    """Two parsers that answer uploads in place of a child for each; a dead one is replaced."""

    def __init__(self):
        self.crashes = []
        self._free = queue.SimpleQueue()
        for _ in range(2):
            self._free.put(self._started())

    def _started(self):
        command = [sys.executable, "-m", "tests.ingest.fuzz", "serve"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)

    def run(self, file, body, encoding):
        parser = self._free.get()
        try:
            parser.stdin.write(struct.pack("<I", len(body)) + body)
            parser.stdin.flush()
            size = parser.stdout.read(4)
            told = parser.stdout.read(struct.unpack("<I", size)[0]) if size else b""
        except BrokenPipeError:
            size = b""
        if not size:
            self._stop(parser)
            parser = self._started()
            self._free.put(parser)
            return DataError("error.upload.memory", file=file, limit=1_500)
        self._free.put(parser)
        if told.startswith(MARK):
            self.crashes.append((file, told.decode()))
            return DataError("error.upload.cut", file=file)
        return told

    def _stop(self, parser):
        parser.stdin.close()
        parser.stdout.close()
        parser.wait()

    def close(self):
        for _ in range(2):
            self._stop(self._free.get())


def uploaded(files):
    """What each file gave, through the code of an upload; every sentence has its text."""
    previews = inspect(files)
    found = build(previews, accept_good_rows=True)
    for error in (*found.blocking, *found.problems[:20], *found.warnings[:20]):
        assert sentences(error)
    return [preview.error.key if preview.error else "a table" for preview in previews]


def fuzz(count, *, seed=1, together=20):
    """Crashes of that many cases, each with its number, and how often each answer came."""
    parsers, real = Parsers(), sandbox._run
    sandbox._run = parsers.run
    answers, crashes = Counter(), []
    try:
        for start in range(0, count, together):
            files = [case(seed, number) for number in range(start, min(count, start + together))]
            try:
                answers.update(uploaded(files))
            except Exception:
                crashes += [trace for one in files if (trace := alone(one))]
    finally:
        sandbox._run = real
        parsers.close()
    return crashes + parsers.crashes, answers


def alone(file):
    """The name and the trace of a case that crashes by itself."""
    try:
        uploaded([file])
    except Exception:
        return file[0], traceback.format_exc()
    return None


def main(count, seed=1):
    begun = time.perf_counter()
    crashes, answers = fuzz(count, seed=seed)
    for name, trace in crashes:
        sys.stdout.write(f"case {name} of seed {seed}\n{trace}\n")
    for key, times in answers.most_common():
        sys.stdout.write(f"{times:7,} {key}\n")
    seconds = time.perf_counter() - begun
    sys.stdout.write(f"{count:,} cases, {len(crashes)} crashes, {seconds:.0f} s\n")
    return 1 if crashes else 0


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
        serve()
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
