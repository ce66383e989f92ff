"""Worker processes end with the process that started them."""

import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess


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
