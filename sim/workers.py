"""Worker processes: they end with the process that started them, or when they are told to."""

import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

START = 30.0  # [s] that a process may take until it can be stopped

_launching = threading.Lock()


class Stoppable(Generic[R]):
    """One call in a process of its own that can be stopped in the middle."""

    answer: "Future[R]"

    def __init__(self, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> None:
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=leave_with_parent)
        with without_main_module():
            self._process = self._pool.submit(os.getpid)
            self.answer = self._pool.submit(call, *args, **kwargs)

    def stop(self) -> None:
        """End the process, whatever it does; one that is done already is let go."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with suppress(BrokenProcessPool, CancelledError, OSError, TimeoutError):
            os.kill(self._process.result(START), signal.SIGTERM)


@contextmanager
def without_main_module() -> Iterator[None]:
    """Start processes that do not run the main script again.

    A spawned process executes the file of ``__main__`` before its first task. Inside the app
    that would be the page script: slow, and it would draw pages in a worker. Our tasks live in
    importable modules and need no main script.
    """
    with _launching:
        before, bare = sys.modules["__main__"], types.ModuleType("__main__")
        sys.modules["__main__"] = bare
        try:
            yield
        finally:
            if sys.modules["__main__"] is bare:
                sys.modules["__main__"] = before


def leave_with_parent() -> None:
    """Initializer of a worker: a server that is killed leaves no process behind.

    A waiting worker does not notice by itself: it holds both ends of its queue.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
