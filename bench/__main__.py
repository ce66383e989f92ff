"""``make bench``: every measurement, or the ones that are named."""

import sys
from collections.abc import Callable

from bench import accuracy, draws, kernel, machine, planner, search, slider, start
    "accuracy": accuracy.bench,
    "start": start.bench,
    "search": search.bench,
    "slider": slider.bench,
}


def main() -> None:
    """Print the machine, then each table."""
    machine.describe()
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()


if __name__ == "__main__":
    main()
