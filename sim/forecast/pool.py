"""Studies in worker processes: chunks, progress, cancelling, and workers that die.

A process that is killed (out of memory, by an operator) breaks its whole pool; the chunks that
had not come back are then given to a new pool, smaller each time, so that one bad series
cannot take the others along. Nothing depends on which worker did what.
"""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise
from multiprocessing.synchronize import Event

from sim.errors import DataError, SopError
from sim.forecast.backtest import Study, study
from sim.forecast.history import Series
from sim.forecast.methods import Method
from sim.workers import leave_with_parent, without_main_module

ATTEMPTS = 4
LARGEST_CHUNK = 20
FIRST_CHUNK = 2  # a worker begins with few series, so that progress is seen early
CHUNKS_PER_WORKER = 6  # few enough for the start-up cost, many enough for an even end
POLL_SECONDS = 0.2

Progress = Callable[[float, str], None]
Cancel = Callable[[], bool]
Chunk = tuple[Series, ...]


class ForecastCancelled(SopError):
    """The user stopped the forecast; nothing was kept."""


def study_all(
    series: Sequence[Series],
    *,
    horizon: int,
    methods: tuple[Method, ...],
    workers: int,
    progress: Callable[[float], None],
    cancel: Cancel,
) -> list[Study]:
    """Study every series; the answers are in the order of the series.

    With one worker everything happens in this process.

    Raises
    ------
    ForecastCancelled
        ``cancel`` answered true.
    DataError
        Workers kept dying.
    """
    done: dict[str, Study] = {}

    def arrived(studies: Sequence[Study]) -> None:
        done.update({one.name: one for one in studies})
        progress(len(done) / len(series))

    task = _Task(horizon=horizon, methods=methods)
    if workers <= 1 or len(series) == 1:
        for one in series:
            _stop_if(cancel)
            arrived(task((one,)))
    else:
        for attempt in range(ATTEMPTS):
            left = [one for one in series if one.name not in done]
            if not left:
                break
            _round(task, _chunks(left, workers=workers, attempt=attempt), workers, arrived, cancel)
    lost = [one.name for one in series if one.name not in done]
    if lost:
        raise DataError("error.forecast.workers", count=len(lost), item=lost[0])
    return [done[one.name] for one in series]


class _Task:
    """What a worker does with a chunk (a class, because it must travel to the worker)."""

    def __init__(self, *, horizon: int, methods: tuple[Method, ...]) -> None:
        self.horizon = horizon
        self.methods = methods

    def __call__(self, chunk: Chunk) -> list[Study]:
        made = []
        for one in chunk:
            if _stopped is not None and _stopped.is_set():
                break  # nobody waits for the rest
            made.append(study(one, horizon=self.horizon, methods=self.methods))
        return made


_stopped: Event | None = None  # in a worker: whether the run was given up


def _begin_worker(stopped: Event) -> None:
    global _stopped  # noqa: PLW0603 - an event can only be handed over at the start of a process
    _stopped = stopped
    leave_with_parent()


def _chunks(series: Sequence[Series], *, workers: int, attempt: int) -> list[Chunk]:
    size = -(-len(series) // (workers * CHUNKS_PER_WORKER))
    # After a death: single series, so that the deadly one is found.
    size = 1 if attempt >= 2 else min(max(size, 1), LARGEST_CHUNK)
    first = min(FIRST_CHUNK, size)
    small = min(workers * first, len(series))
    starts = [*range(0, small, first), *range(small, len(series), size), len(series)]
    return [tuple(series[begin:end]) for begin, end in pairwise(starts)]


def _round(
    task: _Task,
    chunks: Sequence[Chunk],
    workers: int,
    arrived: Callable[[Sequence[Study]], None],
    cancel: Cancel,
) -> None:
    """One pool over the chunks; returns early when the pool breaks."""
    context = multiprocessing.get_context("spawn")
    stopped = context.Event()
    pool = ProcessPoolExecutor(
        min(workers, len(chunks)),
        mp_context=context,
        initializer=_begin_worker,
        initargs=(stopped,),
    )
    try:
        with without_main_module():
            waiting: set[Future[list[Study]]] = {pool.submit(task, chunk) for chunk in chunks}
        while waiting:
            _stop_if(cancel)
            ready, waiting = wait(waiting, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            for future in ready:
                arrived(future.result())
    except BrokenProcessPool:
        return
    finally:
        stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _stop_if(cancel: Cancel) -> None:
    if cancel():
        raise ForecastCancelled("error.forecast.cancelled")
