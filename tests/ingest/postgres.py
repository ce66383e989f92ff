"""A PostgreSQL of our own for the tests: a temporary server on a free port of the loopback."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bench.machine import free_port

PASSWORD = "s3cr3t/p@ss"  # noqa: S105 - of a server that lives for a test


def found() -> str | None:
    """The folder of initdb and postgres, when they are installed."""
    initdb = shutil.which("initdb")
    places = [Path(initdb).resolve().parent] if initdb else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((str(one) for one in places if (one / "postgres").is_file()), None)


def _as_user() -> dict[str, object]:
    """The server refuses to be started by root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}


@contextmanager
def server() -> Iterator[sa.URL]:
    """A running server with a password; it is stopped by its own process and removed."""
    programs, port = found(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        (folder / "pw").write_text(PASSWORD)
        if os.getuid() == 0:
            for one in (folder, folder / "pw"):
                shutil.chown(one, "nobody", "nogroup")
        run = {"cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        run |= _as_user()
        initdb = [f"{programs}/initdb", "-D", str(folder / "db"), "-U", "planner", "-N"]
        initdb += ["--auth=scram-sha-256", f"--pwfile={folder / 'pw'}", "-E", "UTF8"]
        subprocess.run([*initdb, "--locale=C"], check=True, timeout=60, **run)
        options = ["-c", "listen_addresses=127.0.0.1", "-p", str(port), "-c", "fsync=off"]
        options += ["-c", f"unix_socket_directories={folder}", "-D", str(folder / "db")]
        process = subprocess.Popen([f"{programs}/postgres", *options], **run)
        try:
            url = sa.URL.create(
                "postgresql+psycopg", "planner", PASSWORD, "127.0.0.1", port, "postgres"
            )
            _wait(url)
            yield url
        finally:
            process.send_signal(2)  # a fast shutdown of this one process
            process.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: sa.URL) -> None:
    import time

    engine = sa.create_engine(url, poolclass=sa.NullPool)
    for _ in range(200):
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PostgreSQL did not start")
