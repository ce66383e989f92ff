"""The machine, tables, and the app as a process of its own."""

import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def describe() -> None:
    """What was measured on what."""
    load = os.getloadavg()[0]
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"load average {load:.1f}\n"
    )


def table(title: str, rows: Sequence[Sequence[object]]) -> None:
    """Print aligned columns under a title; the first row is the heading."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[n]) for row in texts) for n in range(len(texts[0]))]
    print(title)
    for row in texts:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    print()


def spread(values: Sequence[float]) -> str:
    """Median, 95th percentile and minimum, in milliseconds."""
    ordered = sorted(values)
    high = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return f"{statistics.median(values):.0f} / {high:.0f} / {ordered[0]:.0f}"


def free_port() -> int:
    """A port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cpu_of(pid: int) -> float:
    """Processor time of all threads of a process so far [ms]; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return 1_000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The app in a process of its own."""

    address: str
    pid: int

    def cpu(self) -> float:
        """Processor time of all its threads so far [ms]; 0 where the system does not tell."""
        return cpu_of(self.pid)


@contextmanager
def server(script: Path, *, home: Path | None = None) -> Iterator[Server]:
    """The app (or another script) running in a process of its own."""
    port = free_port()
    with tempfile.TemporaryDirectory() as empty:
        environment = dict(os.environ, SOP_HOME=str(home or empty))
        environment.pop("SOP_DATABASE_URL", None)
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                str(script),
                "--server.port",
                str(port),
                "--server.address",
                "127.0.0.1",
            ],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield Server(address=f"http://127.0.0.1:{port}", pid=process.pid)
        finally:
            process.terminate()
            process.wait(20)


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(1_200):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        try:
            urllib.request.urlopen(address, timeout=1).read()  # noqa: S310 - loopback
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start within a minute")
