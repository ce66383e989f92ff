"""Where the names of a scatter stand: beside their marker, clear of crosses and other names.

The places are chosen in pixels of a usual plot; on a wider one there is only more room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np

from sim.model.problem import Floats
from sim.report.style import Density

Row = dict[str, object]
Box = tuple[float, float, float, float]  # left, right, low, high in pixels, y upwards

WIDTH = {Density.COMFORT: 600.0, Density.COMPACT: 400.0, Density.LARGE: 600.0}  # of the plot
HEIGHT = {Density.COMFORT: 280.0, Density.COMPACT: 190.0, Density.LARGE: 280.0}
# Of one character of bold text.
LETTER = {Density.COMFORT: 7.4, Density.COMPACT: 6.4, Density.LARGE: 8.9}
LINE = 18.0
MARGIN = 14.0  # between the outermost points and the ends of the axes
PIECE = 8.0  # of a line
GAP = 9.0  # from the marker to its name
STEP = 14.0
ROWS, COLUMNS = 4, 6  # of places in each corner of a marker
NEAR = 1.0  # how far a name may stand; a letter may stand anywhere
# Side (-1 = left), pixels to the name, pixels up to the middle of its line, how far that is.
PLACES = np.array(
    sorted(
        (
            (side, GAP + column * STEP, rise * (13.0 + row * LINE), row + column / 2)
            for side in (-1, 1)
            for rise in (1, -1)
            for row in range(ROWS)
            for column in range(COLUMNS)
        ),
        key=lambda place: place[3],
    )
)


@dataclass(frozen=True, slots=True)
class Axis:
    """How the values of a column become pixels."""

    low: float
    scale: float
    start: float

    def at(self, value: object) -> float:
        """The place of a value."""
        return self.start + (float(str(value)) - self.low) * self.scale


@dataclass(frozen=True, slots=True)
class Plot:
    """The plot on which names are placed."""

    x: Axis
    y: Axis
    density: Density


def place_names(
    rows: Sequence[Row], *, line: Sequence[Row] = (), density: Density = Density.COMFORT
) -> None:
    """Set `side`, `dx` and `dy` of each row: where its name, beside the marker, hides nothing.

    Names keep clear of the `line` that joins some of the points, too. Where the `texts` of the
    rows are too long for that, all rows take their next ones; the last are letters.

    >>> rows = [
    ...     {"texts": ("A",), "service": 0.9, "service_p5": 0.8, "service_p95": 1.0,
    ...      "margin": 5.0, "margin_p5": 4.0, "margin_p95": 6.0},
    ... ]
    >>> place_names(rows)
    >>> rows[0]["text"], rows[0]["side"], rows[0]["dx"], rows[0]["dy"]
    ('A', 'left', -9.0, -13.0)
    """
    plot = plot_of(rows, density)
    taken = [arm for row in rows for arm in arms(row, plot)]
    taken += [piece for pair in pairwise(line) for piece in _pieces(*pair, plot=plot)]
    choices = list(zip(*(cast(Sequence[str], row["texts"]) for row in rows), strict=True))
    for texts in choices:
        for row, words in zip(rows, texts, strict=True):
            row["text"] = words
        places = PLACES if texts is choices[-1] else PLACES[PLACES[:, 3] <= NEAR]
        if _placed(rows, taken, plot, places=places):
            return


def plot_of(rows: Sequence[Row], density: Density) -> Plot:
    """The plot whose axes hold all points and crosses."""
    return Plot(
        _axis(rows, "service", WIDTH[density]), _axis(rows, "margin", HEIGHT[density]), density
    )


def box(row: Row, plot: Plot) -> Box:
    """What the name of a placed row covers."""
    middle, level = plot.x.at(row["service"]), plot.y.at(row["margin"])
    near = middle + float(str(row["dx"]))
    long = LETTER[plot.density] * len(str(row["text"]))
    far = near - long if row["side"] == "left" else near + long
    up = level - float(str(row["dy"]))
    return min(near, far), max(near, far), up - LINE / 2, up + LINE / 2


def arms(row: Row, plot: Plot) -> list[Box]:
    """The marker of a row, and its cross where it has one."""
    middle, level = plot.x.at(row["service"]), plot.y.at(row["margin"])
    marker = (middle - 8, middle + 8, level - 8, level + 8)
    if row.get("service_p5") is None:
        return [marker]
    left, right = plot.x.at(row["service_p5"]), plot.x.at(row["service_p95"])
    low, high = plot.y.at(row["margin_p5"]), plot.y.at(row["margin_p95"])
    return [marker, (left, right, level - 2, level + 2), (middle - 2, middle + 2, low, high)]


def overlaps(boxes: Floats, taken: Floats) -> Floats:
    """(B, M) common area of boxes [square pixels].

    >>> overlaps(np.array([[0.0, 4.0, 0.0, 4.0]]), np.array([[2.0, 9.0, 3.0, 9.0]])).tolist()
    [[2.0]]
    """
    one, other = boxes[:, None], taken[None]
    wide = np.minimum(one[..., 1], other[..., 1]) - np.maximum(one[..., 0], other[..., 0])
    tall = np.minimum(one[..., 3], other[..., 3]) - np.maximum(one[..., 2], other[..., 2])
    area: Floats = np.maximum(wide, 0.0) * np.maximum(tall, 0.0)
    return area


def _placed(rows: Sequence[Row], taken: Sequence[Box], plot: Plot, *, places: Floats) -> bool:
    """Give each name the nearest place where it hides least; whether none hides anything."""
    held, clear = list(taken), True
    for row in sorted(rows, key=lambda row: -float(str(row["margin"]))):
        boxes = _boxes(row, plot, places)
        hidden = overlaps(boxes, np.array(held)).sum(axis=1) + 50.0 * _outside(boxes, plot)
        best = int(np.argmin(hidden))  # places are sorted: the nearest of equals
        side, across, up, _ = places[best].tolist()
        row |= {"side": "left" if side < 0 else "right", "dx": side * across, "dy": -up}
        held.append(box(row, plot))
        clear = clear and hidden[best] == 0.0
    return clear


def _boxes(row: Row, plot: Plot, places: Floats) -> Floats:
    """(K, 4) what the name of a row would cover at each place."""
    long = LETTER[plot.density] * len(str(row["text"]))
    side, across, up, _ = places.T
    near = plot.x.at(row["service"]) + side * across
    far, middle = near + side * long, plot.y.at(row["margin"]) + up
    found: Floats = np.stack(
        [np.minimum(near, far), np.maximum(near, far), middle - LINE / 2, middle + LINE / 2], axis=1
    )
    return found


def _outside(boxes: Floats, plot: Plot) -> Floats:
    """How many pixels of each box stick out of the plot."""
    wide, tall = WIDTH[plot.density], HEIGHT[plot.density]
    ends = [-boxes[:, 0], boxes[:, 1] - wide, -boxes[:, 2], boxes[:, 3] - tall]
    total: Floats = np.maximum(ends, 0.0).sum(axis=0)
    return total


def _axis(rows: Sequence[Row], name: str, size: float) -> Axis:
    values = [
        float(str(row[end]))
        for row in rows
        for end in (name, f"{name}_p5", f"{name}_p95")
        if row.get(end) is not None
    ]
    low, high = min(values), max(values)
    if not high > low:
        return Axis(low, 0.0, size / 2)
    return Axis(low, (size - 2 * MARGIN) / (high - low), MARGIN)


def _pieces(first: Row, last: Row, *, plot: Plot) -> list[Box]:
    """A straight line as a chain of small boxes."""
    start, end = (
        np.array([plot.x.at(row["service"]), plot.y.at(row["margin"])]) for row in (first, last)
    )
    count = 2 + int(np.abs(end - start).max() / PIECE)
    return [
        (x - PIECE / 2, x + PIECE / 2, y - 3, y + 3)
        for x, y in np.linspace(start, end, count).tolist()
    ]
