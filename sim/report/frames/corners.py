"""Where the names of a scatter stand: beside their marker, clear of crosses and other names.

The places are chosen in pixels of a usual plot; on a wider one there is only more room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.report.style import Density

Row = dict[str, object]

WIDTH = 560.0  # of the plot
HEIGHT = {Density.COMFORT: 270.0, Density.COMPACT: 180.0}
LETTER, LINE = 7.4, 18.0  # of one character of bold text
HINT = 200.0  # where the words in the upper left corner end
PIECE = 8.0
GAP = 9.0  # from the marker to its name
CORNERS = {
    "upper left": (-1, 1),
    "upper right": (1, 1),
    "lower right": (1, -1),
    "lower left": (-1, -1),
}
ROWS = 3  # lines of names that may stand above and below a marker
FAR = 30.0  # what a line further away costs, in square pixels: only a crowd is worth it
PLACES = tuple((corner, row) for row in range(ROWS) for corner in CORNERS)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, y upwards."""

    left: float
    right: float
    low: float
    high: float

    def overlap(self, other: "Box") -> float:
        """The common area, in square pixels."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        tall = min(self.high, other.high) - max(self.low, other.low)
        return max(0.0, wide) * max(0.0, tall)

    @property
    def outside(self) -> float:
        """How many pixels stick out of the plot at its sides."""
        return max(0.0, -self.left) + max(0.0, self.right - WIDTH)


def place_names(
    rows: Sequence[Row], *, line: Sequence[Row] = (), density: Density = Density.COMFORT
) -> None:
    """Set `place` of each row: the corner of its cross where its name hides least.

    Scenarios that coincide share the corners, and then the lines above and below them. Names
    keep clear of the `line` that joins some of the points, too.

    >>> rows = [
    ...     {"text": "A", "service": 0.9, "service_p5": 0.8, "service_p95": 1.0,
    ...      "margin": 5.0, "margin_p5": 4.0, "margin_p95": 6.0},
    ... ]
    >>> place_names(rows)
    >>> rows[0]["place"]
    'upper left 0'
    """
    x, y = _axis(rows, "service", WIDTH), _axis(rows, "margin", HEIGHT[density])
    taken = [arm for row in rows for arm in _arms(row, x, y)]
    taken += [Box(8.0, HINT, HEIGHT[density] - LINE, HEIGHT[density])]
    taken += [piece for pair in pairwise(line) for piece in _pieces(*pair, x=x, y=y)]
    for row in sorted(rows, key=lambda row: -_number(row, "margin")):
        boxes = {place: _box(row, place, x=x, y=y) for place in PLACES}
        costs = {place: _cost(box, taken, far=place[1]) for place, box in boxes.items()}
        best = min(costs, key=lambda place: costs[place])
        row["place"] = f"{best[0]} {best[1]}"
        taken.append(boxes[best])


def _cost(box: Box, taken: Sequence[Box], *, far: int) -> float:
    return sum(box.overlap(other) for other in taken) + 50.0 * box.outside + FAR * far


Axis = tuple[float, float]  # value at pixel 0, pixels per unit


def _axis(rows: Sequence[Row], name: str, size: float) -> Axis:
    low = min(_number(row, f"{name}_p5") for row in rows)
    high = max(_number(row, f"{name}_p95") for row in rows)
    if name == "service":  # the axis reaches at least from 95 to 100 %
        low, high = min(low, 0.95), max(high, 1.0)
    return low, size / (high - low) if high > low else 0.0


def _at(row: Row, name: str, axis: Axis) -> float:
    return (_number(row, name) - axis[0]) * axis[1]


def _arms(row: Row, x: Axis, y: Axis) -> list[Box]:
    middle, level = _at(row, "service", x), _at(row, "margin", y)
    return [
        Box(_at(row, "service_p5", x), _at(row, "service_p95", x), level - 2, level + 2),
        Box(middle - 2, middle + 2, _at(row, "margin_p5", y), _at(row, "margin_p95", y)),
        Box(middle - 8, middle + 8, level - 8, level + 8),
    ]


def _pieces(first: Row, last: Row, *, x: Axis, y: Axis) -> list[Box]:
    """A straight line as a chain of small boxes."""
    start = _at(first, "service", x), _at(first, "margin", y)
    end = _at(last, "service", x), _at(last, "margin", y)
    count = 1 + int(max(abs(end[0] - start[0]), abs(end[1] - start[1])) / PIECE)
    found = []
    for n in range(count + 1):
        middle, level = (a + (b - a) * n / count for a, b in zip(start, end, strict=True))
        found.append(Box(middle - PIECE / 2, middle + PIECE / 2, level - 2, level + 2))
    return found


def _box(row: Row, place: tuple[str, int], *, x: Axis, y: Axis) -> Box:
    (side, rise), line = CORNERS[place[0]], place[1]
    middle, level = _at(row, "service", x), _at(row, "margin", y)
    near, far = middle + side * GAP, middle + side * (GAP + LETTER * len(str(row["text"])))
    bottom = (level + 4 if rise > 0 else level - 4 - LINE) + rise * line * LINE
    return Box(min(near, far), max(near, far), bottom, bottom + LINE)


def _number(row: Row, name: str) -> float:
    return float(str(row[name]))
