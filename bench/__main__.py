"""``make bench``: every measurement, or the ones that are named."""

import sys
from collections.abc import Callable

from bench import accuracy, draws, families, kernel, machine, planner, search, slider, start

BENCHES: dict[str, Callable[[], None]] = {
    "kernel": kernel.bench,
    "draws": draws.bench,
    "planner": planner.bench,
    "families": families.bench,
    "search": search.bench,
    "accuracy": accuracy.bench,
    "start": start.bench,
    "slider": slider.bench,
}


def main() -> None:
    """Print the machine, then each table."""
    machine.describe()
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()


if __name__ == "__main__":
    main()
