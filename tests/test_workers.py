"""A killed server leaves no worker behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sim.workers import START, Stoppable

ROOT = Path(__file__).parents[1]
SERVER = """
import multiprocessing, os, time
from concurrent.futures import ProcessPoolExecutor
from sim.workers import leave_with_parent
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=context, initializer=leave_with_parent)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_a_worker_ends_with_its_server(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        os.kill(worker, 0)  # it is there
        server.send_signal(signal.SIGKILL)
        server.wait()
        for _ in range(100):
            if not _alive(worker):
                break
            time.sleep(0.1)
        assert not _alive(worker)


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_call_can_be_stopped_in_the_middle() -> None:
    work = Stoppable(time.sleep, 60)
    process = work._process.result(START)
    assert _alive(process)
    work.stop()
    for _ in range(100):
        if not _alive(process):
            break
        time.sleep(0.1)
    assert not _alive(process)
    work.stop()  # once more does nothing


def test_a_call_that_is_done_gives_its_answer() -> None:
    work = Stoppable(divmod, 7, 2)
    assert work.answer.result(START) == (3, 1)
    work.stop()
