"""``make bench``: every measurement, or the ones that are named."""

import logging
import sys
from collections.abc import Callable

from bench import (
    accuracy,
    aids,
    collect,
    compare,
    drag,
    draws,
    families,
    followers,
    kernel,
    machine,
    planner,
    search,
    slider,
    start,
    workbook,
)

BENCHES: dict[str, Callable[[], None]] = {
    "kernel": kernel.bench,
    "draws": draws.bench,
    "planner": planner.bench,
    "families": families.bench,
    "search": search.bench,
    "accuracy": accuracy.bench,
    "aids": aids.bench,
    "collect": collect.bench,
    "compare": compare.bench,
    "start": start.bench,
    "slider": slider.bench,
    "drag": drag.bench,
    "followers": followers.bench,
    "workbook": workbook.bench,
}


def main() -> None:
    """Print the machine, then each table."""
    logging.disable(logging.WARNING)  # Streamlit misses its browser
    machine.describe()
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()


if __name__ == "__main__":
    main()
