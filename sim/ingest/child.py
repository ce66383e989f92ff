"""The parser child: hostile bytes in on stdin, plain text cells out on stdout.

Started as ``python -m sim.ingest.child [ENCODING]`` by ``sim.ingest.sandbox``, under limits of
memory and time. It must stay small and quick to start: no pandas, and pyarrow for Parquet only.
"""

import gc
import os
import sys
from typing import BinaryIO

MEMORY = 1_500_000_000  # bytes of address space
SECONDS = 20  # of processor time


def main() -> int:
    """Parse stdin and answer on stdout."""
    limit()
    gc.disable()  # it lives for one file; looking for cycles in its cells is a third of the time
    out = sys.stdout.buffer
    answer(sys.stdin.buffer.read(), out, encoding="".join(sys.argv[1:2]))
    out.flush()
    return 0


def answer(body: bytes, out: BinaryIO, *, encoding: str = "") -> None:
    """Write the sheets of a file, or why it has none."""
    from sim.ingest.cells import read_sheets
    from sim.ingest.limits import Refusal, check_answer
    from sim.ingest.wire import send_refusal, send_sheet

    try:
        sheets = read_sheets(body, encoding)
        check_answer(sum(one.size for one in sheets if not isinstance(one, Refusal)))
        for found in sheets:
            if isinstance(found, Refusal):
                send_refusal(out, found)
            else:
                send_sheet(out, found)
    except Refusal as refusal:
        send_refusal(out, refusal)
    except MemoryError:
        send_refusal(out, Refusal("error.upload.memory", limit=MEMORY // 1_000_000))


def limit(seconds: int = SECONDS) -> None:
    """Bound memory, processor time and files of this process from here on."""
    try:
        import resource
    except ImportError:  # no such limits on this system: the time limit of the parent remains
        return
    limits = {
        resource.RLIMIT_AS: (MEMORY, MEMORY),
        # First the signal that says "too slow", then the end.
        resource.RLIMIT_CPU: (seconds, seconds + 2),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
    }
    for kind, pair in limits.items():
        try:
            resource.setrlimit(kind, pair)
        except (ValueError, OSError):
            continue


if __name__ == "__main__":
    os._exit(main())  # the answer is out: nothing is worth tidying up
