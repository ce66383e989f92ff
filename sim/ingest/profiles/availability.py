"""frePPLe's calendars to a capacity per month: working hours times size, or given buckets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from sim.errors import DataError
from sim.ingest.dates import read_iso
from sim.ingest.profiles.book import Book, Line, by_key
from sim.ingest.profiles.operations import in_buckets, read_duration

MONTHS = 26  # from the month of the last sales: a horizon of 24 and its first months
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NO = frozenset({"false", "0", "no", "non", "faux"})
_MOST_LINES = 20_000
# Of all calendars: bucket-days of the horizon, and buckets that hold on one day. More is no
# calendar of a company, and would keep the server busy for minutes.
_MOST_HELD, _MOST_A_DAY = 500_000, 24
Piece = tuple[float, float, float]  # from hour, to hour, value


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """One line of a calendar; ``end`` is exclusive, times are hours of the day."""

    start: date
    end: date
    value: float
    priority: float = 0.0
    days: tuple[bool, ...] = (True,) * 7
    from_hour: float = 0.0
    to_hour: float = 24.0

    def on(self, days: Sequence[date]) -> Iterator[date]:
        """The days without a gap on which it is effective."""
        first = max(0, (self.start - days[0]).days)
        for day in days[first : max(first, (self.end - days[0]).days)]:
            if self.days[day.weekday()]:
                yield day


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A value that varies over time; its default holds where no bucket does."""

    default: float = 0.0
    buckets: tuple[Bucket, ...] = ()

    def pieces(self, days: Sequence[date]) -> dict[date, list[Piece]]:
        """The pieces of each of these days, which follow one another.

        >>> shift = Bucket(start=date(2024, 1, 1), end=date(2025, 1, 1), value=1,
        ...                from_hour=8, to_hour=16)
        >>> Calendar(buckets=(shift,)).pieces([date(2024, 5, 6)])[date(2024, 5, 6)]
        [(0.0, 8, 0.0), (8, 16, 1), (16, 24.0, 0.0)]
        """
        return {day: self._pieces(here) for day, here in self.held(days).items()}

    def held(self, days: Sequence[date]) -> dict[date, list[Bucket]]:
        """The buckets of each day: lowest priority first, then the latest start.

        Raises
        ------
        OverflowError: more on one day than a calendar has.
        """
        found: dict[date, list[Bucket]] = {day: [] for day in days}
        for one in sorted(self.buckets, key=lambda one: (one.priority, -one.start.toordinal())):
            for day in one.on(days):
                found[day].append(one)
                if len(found[day]) > _MOST_A_DAY:
                    raise OverflowError
        return found

    def _pieces(self, here: Sequence[Bucket]) -> list[Piece]:
        marks = sorted(
            {0.0, 24.0, *(hour for one in here for hour in (one.from_hour, one.to_hour))}
        )
        found = []
        for start, end in pairwise(marks):
            held = (one.value for one in here if one.from_hour <= start < one.to_hour)
            found.append((start, end, next(held, self.default)))
        return found


def mean(pieces: Sequence[Piece]) -> float:
    """The value of a day, by its hours.

    >>> mean([(0.0, 12.0, 1.0), (12.0, 24.0, 3.0)])
    2.0
    """
    return sum((end - start) * value for start, end, value in pieces) / 24.0


def working_hours(days: Sequence[Sequence[Piece]]) -> float:
    """Hours of a day on which every calendar is open; without any, all 24.

    >>> working_hours([[(0.0, 8.0, 0.0), (8.0, 16.0, 1.0)], [(0.0, 12.0, 1.0)]]), working_hours([])
    (4.0, 24.0)
    """
    both = [(0.0, 24.0)]
    for pieces in days:
        open_ = [(start, end) for start, end, value in pieces if value > 0.0]
        both = list(_common(both, open_))
    return sum(end - start for start, end in both)


def _common(
    one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]
) -> Iterator[tuple[float, float]]:
    """What two lists of intervals, each in order, have in common."""
    at = by = 0
    while at < len(one) and by < len(other):
        start, end = max(one[at][0], other[by][0]), min(one[at][1], other[by][1])
        if start < end:
            yield start, end
        if one[at][1] < other[by][1]:
            at += 1
        else:
            by += 1


@dataclass(slots=True, kw_only=True)
class Plant:
    """The calendars of a data set, and who uses which."""

    book: Book
    calendars: Mapping[str, Calendar]
    locations: Mapping[str, str]  # location -> calendar of its working hours
    always: list[str] = field(default_factory=list)  # resources without working hours
    # Computed once, however many resources share a calendar.
    hours: dict[tuple[str, ...], dict[date, float]] = field(default_factory=dict)
    daily: dict[str, dict[date, list[Piece]]] = field(default_factory=dict)
    means: dict[str, dict[date, float]] = field(default_factory=dict)
    shares: dict[str, dict[date, float]] = field(default_factory=dict)
    held: int = 0  # bucket-days looked at

    def by_month(self, line: Line, months: Sequence[date]) -> dict[date, float]:
        """The capacity of a resource in each month [hours, or units of a bucket].

        A resource planned by quantities takes the buckets of its maximum calendar, shared out
        by days; any other has its size times its working hours, times a varying efficiency.
        """
        size = line.text("maximum_calendar")
        if in_buckets(line) and line.text("type").lower() in {"buckets", "resource_buckets"}:
            return self._shares(size, months)
        names = [line.text("available"), self.locations.get(line.text("location"), "")]
        open_ = tuple(sorted({name for name in names if name in self.calendars}))
        if not open_:
            self.always.append(line.text("name"))
        rates = self._means(line.text("efficiency_calendar"), months)
        sizes = self._means(size, months)
        whole = self.book.number(line, "maximum", 1.0)
        found = dict.fromkeys(months, 0.0)
        for day, hours in self._hours(open_, months).items():
            share = rates[day] / 100.0 if rates else 1.0
            found[day.replace(day=1)] += hours * (sizes[day] if sizes else whole) * share
        return found

    def _hours(self, names: tuple[str, ...], months: Sequence[date]) -> dict[date, float]:
        if names not in self.hours:
            pieces = [self._pieces(name, months) for name in names]
            days = _days(months[0], after(months[-1]))
            self.hours[names] = {day: working_hours([one[day] for one in pieces]) for day in days}
        return self.hours[names]

    def _pieces(self, name: str, months: Sequence[date]) -> dict[date, list[Piece]]:
        if name not in self.daily:
            days = _days(months[0], after(months[-1]))
            try:
                self.daily[name] = found = self.calendars[name].pieces(days)
            except OverflowError:
                raise self._too_large(_MOST_A_DAY) from None
            self.held += sum(len(pieces) // 2 for pieces in found.values())
            if self.held > _MOST_HELD:
                raise self._too_large(_MOST_HELD)
        return self.daily[name]

    def _means(self, name: str, months: Sequence[date]) -> dict[date, float]:
        """The value of each day; nothing without such a calendar."""
        if name not in self.means:
            pieces = self._pieces(name, months) if name in self.calendars else {}
            self.means[name] = {day: mean(one) for day, one in pieces.items()}
        return self.means[name]

    def _shares(self, name: str, months: Sequence[date]) -> dict[date, float]:
        if name not in self.shares:
            known = self.calendars.get(name)
            self.shares[name] = _shared(known.buckets, months) if known else {}
        return self.shares[name]

    def _too_large(self, limit: int) -> DataError:
        sheet = self.book.sheets["calendarbucket"]
        return DataError("error.profile.too_large", file=sheet.id, limit=limit)


def plant(book: Book) -> Plant:
    """The calendars of a data set.

    Raises
    ------
    DataError: more calendar lines than a company has.
    """
    lines = book.at_most("calendarbucket", _MOST_LINES)
    default = {
        line.text("name"): book.number(line, "default", 0.0) for line in book.lines("calendar")
    }
    groups = by_key(lines, lambda line: line.text("calendar"))
    calendars = {
        name: Calendar(
            default=default.get(name, 0.0),
            buckets=tuple(_bucket(book, line) for line in groups.get(name, ())),
        )
        for name in default.keys() | groups.keys()
    }
    places = {line.text("name"): line.text("available") for line in book.lines("location")}
    return Plant(book=book, calendars=calendars, locations=places)


def horizon(first: date) -> list[date]:
    """The months for which a capacity is written."""
    months = [first.replace(day=1)]
    while len(months) < MONTHS:
        months.append(after(months[-1]))
    return months


def after(month: date) -> date:
    """The next month.

    >>> after(date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    return (month + timedelta(days=31)).replace(day=1)


def _bucket(book: Book, line: Line) -> Bucket:
    given = [line.text(name).lower() for name in _DAYS]
    return Bucket(
        start=_day(book, line, "start", date.min),
        end=_day(book, line, "end", date.max),
        value=book.number(line, "value", 0.0),
        priority=book.number(line, "priority", 0.0),
        days=tuple(text not in _NO for text in given),
        from_hour=_hour(book, line, "starttime", 0.0),
        to_hour=_hour(book, line, "endtime", 24.0),
    )


def _day(book: Book, line: Line, name: str, default: date) -> date:
    text = line.text(name)
    found = read_iso(text) if text else default
    if found is None:
        place = {"file": line.sheet.id, "row": line.row, "column": name, "value": text[:60]}
        book.problems.append(DataError("error.data.not_date", **place))
    return found or default


def _hour(book: Book, line: Line, name: str, default: float) -> float:
    text = line.text(name)
    if not text:
        return default
    hour = book.checked(line, name, read_duration(text), default)
    # 23:59:59 and 00:00:00 as an end both mean midnight.
    return 24.0 if name == "endtime" and (hour > 23.99 or hour == 0.0) else min(hour, 24.0)


def _shared(buckets: Sequence[Bucket], months: Sequence[date]) -> dict[date, float]:
    """Quantities of buckets shared out to months by their days.

    >>> week = Bucket(start=date(2024, 1, 29), end=date(2024, 2, 5), value=70)
    >>> _shared([week], [date(2024, 1, 1), date(2024, 2, 1)])
    {datetime.date(2024, 1, 1): 30.0, datetime.date(2024, 2, 1): 40.0}
    """
    found: dict[date, float] = {}
    for month in months:
        end, total = after(month), 0.0
        for one in buckets:
            days = (min(one.end, end) - max(one.start, month)).days
            if days > 0:
                total += one.value * days / (one.end - one.start).days
        if any(one.start < end and one.end > month for one in buckets):
            found[month] = total
    return found


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=at) for at in range((end - start).days)]
