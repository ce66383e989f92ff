"""The working scenario of one visitor: what was saved, what was moved since, undo and redo.

It lives outside the widgets, because Streamlit forgets a widget when another page is shown.
"""

from dataclasses import dataclass, field, replace

import streamlit as st

from sim.model.problem import Problem
from sim.model.scenario import Card, Scenario
from sim.report.frames.rows import month_keys

KEY = "room"
REMEMBERED = 60  # steps that can be undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One state of the screen: a saved scenario and what was moved since."""

    base: Scenario  # as saved, or as suggested by the data
    saved_id: str  # its version in the store; "" = never saved
    current: Scenario
    gesture: str = ""  # the drag it belongs to; all of a drag is one step


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """What is looked at; "" = everything."""

    month: str = ""  # YYYY-MM
    family: str = ""  # its code

    def month_of(self, problem: Problem) -> int | None:
        """Place of the month on the horizon; None = all, or none of these data."""
        keys = month_keys(problem) if self.month else ()
        return keys.index(self.month) if self.month in keys else None

    def family_of(self, problem: Problem) -> int | None:
        """Place among the families; None = all, or none of these data."""
        known = problem.families
        return known.index(self.family) if self.family in known else None


NOTHING = Focus()


@dataclass
class Visited:
    """Which addresses are no news: a link counts when it arrives, not each time it is sent.

    With a run of the page the browser sends the link that was opened last, or the address bar,
    which may be some steps of a slider behind.
    """

    link: dict[str, str] = field(default_factory=dict)  # sent with the last run of the page
    written: list[dict[str, str]] = field(default_factory=list)  # since then, the newest last

    def is_new(self, wanted: dict[str, str]) -> bool:
        """Whether a visitor has just come with this link, or gone back to it."""
        return bool(wanted) and wanted != self.link and wanted not in self.written

    def arrive(self, wanted: dict[str, str]) -> None:
        """A run of the page begins with this link."""
        self.link, self.written = wanted, self.written[-1:]

    def note(self, address: dict[str, str]) -> None:
        """The page has put this in the address bar."""
        if address not in self.written[-1:]:
            self.written.append(address)


@dataclass
class Room:
    """One visitor's scenario in work; the only mutable object of a session."""

    dataset: str
    steps: list[Step]
    position: int = 0
    visited: Visited = field(default_factory=Visited)
    from_link: bool = False  # a link has just set the scenario; the widgets do not know it yet
    offered: dict[str, set[float]] = field(default_factory=dict)  # values kept on each slider
    positions: dict[str, frozenset[float]] = field(default_factory=dict)  # of each slider, drawn
    focus: Focus = NOTHING  # no step of the scenario: undo leaves it
    seed: int = 0  # grows when the panel must take its values from here, not from its widgets

    @property
    def step(self) -> Step:
        """The state on the screen."""
        return self.steps[self.position]

    @property
    def current(self) -> Scenario:
        """The scenario on the screen."""
        return self.step.current

    def before(self) -> Scenario | None:
        """The scenario before the last step; None when nothing was moved yet."""
        return self.steps[self.position - 1].current if self.position else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier step."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone."""
        return self.position < len(self.steps) - 1

    def move_to(self, scenario: Scenario, *, gesture: str = "") -> None:
        """Show a scenario with the same cards and other values; it can be undone.

        Moves of one gesture, such as those of a drag, are one step.
        """
        moved = replace(self.step, current=scenario, gesture=gesture)
        if gesture and gesture == self.step.gesture and not self.can_redo:
            self.steps[self.position] = moved
        elif scenario != self.current:
            self._push(moved)

    def rebase(self, scenario: Scenario, saved_id: str) -> None:
        """Show a scenario as saved under this id; it can be undone."""
        self._push(Step(base=scenario, saved_id=saved_id, current=scenario))

    def undo(self) -> None:
        """One step back."""
        self.position = max(0, self.position - 1)

    def redo(self) -> None:
        """One step forward again."""
        self.position = min(len(self.steps) - 1, self.position + 1)

    def saved_card(self, card: Card) -> Card:
        """The card as it was saved: what the range of its slider comes from."""
        return next((one for one in self.step.base.cards if one.id == card.id), card)

    def offer(self, card: Card, step_values: list[float]) -> list[float]:
        """The values of a card's slider: its steps, and any other value it ever had here.

        The list never shrinks while the room is open: a slider whose options change is reset.
        """
        kept = self.offered.setdefault(card.id, set())
        if card.value not in step_values:
            kept.add(card.value)
        self.positions[card.id] = frozenset({*step_values, *kept})
        return sorted(self.positions[card.id])

    def _push(self, step: Step) -> None:
        if step == self.step:
            return
        kept = self.steps[: self.position + 1][-REMEMBERED:]
        self.steps = [*kept, step]
        self.position = len(self.steps) - 1


def current_room() -> Room | None:
    """The room of this visitor, when it was opened before."""
    found = st.session_state.get(KEY)
    return found if isinstance(found, Room) else None


def open_room(base: Scenario, *, saved_id: str = "", dataset: str) -> Room:
    """Start anew from a scenario."""
    room = Room(dataset=dataset, steps=[Step(base=base, saved_id=saved_id, current=base)])
    st.session_state[KEY] = room
    return room


def without_card(scenario: Scenario, card_id: str) -> Scenario:
    """The scenario with one card taken out."""
    cards = tuple(card for card in scenario.cards if card.id != card_id)
    return replace(scenario, cards=cards)
