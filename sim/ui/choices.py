"""What choices are called: Streamlit tells by its words which one a visitor took."""

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")


def apart(names: Mapping[K, str]) -> dict[K, str]:
    """The names, no two of them alike: the second of two gets a number.

    >>> apart({"x": "A", "y": "B", "z": "A"})
    {'x': 'A', 'y': 'B', 'z': 'A (2)'}
    >>> apart({"x": "A", "y": "A", "z": "A (2)"})
    {'x': 'A', 'y': 'A (2)', 'z': 'A (2) (2)'}
    """
    found: dict[K, str] = {}
    taken: set[str] = set()
    for key, name in names.items():
        told, count = name, 1
        while told in taken:
            count += 1
            told = f"{name} ({count})"
        taken.add(told)
        found[key] = told
    return found
