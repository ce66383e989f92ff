"""Every error a user can meet.

SopError                one sentence for a person: a text key and its values
├── DataError           a table or a file: values name file, sheet, row, column
├── LeverError          a lever card or a scenario
├── PlanError           the planner: which limit, where, by how much
├── CycleError          a step of the cycle
├── AccessError         a role
└── StoreError          the durable store
SopErrors               several of them at once (checks collect, then raise once)

The sentence itself lives in data/locale/<language>/*.po under ``key``; the values
fill its ``{name}`` fields. Only app.py and sim.cli turn an error into a message.
"""

from collections.abc import Sequence


class SopError(Exception):
    """One problem: a text key and the values of its sentence."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders (forecast workers, the file parser).
        return _rebuild, (type(self), self.key, self.values)

    def __str__(self) -> str:
        fields = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.key} ({fields})" if fields else self.key


class DataError(SopError):
    """A table or file that cannot be used as it is."""


class LeverError(SopError):
    """A lever card or scenario that cannot be applied."""


class PlanError(SopError):
    """A plan that cannot be made."""


class CycleError(SopError):
    """A step of the cycle that is not allowed now."""


class AccessError(SopError):
    """An action that the role does not allow."""


class StoreError(SopError):
    """The durable store refused or lost contact."""


class SopErrors(SopError):
    """Several problems found by one check."""

    def __init__(self, errors: Sequence[SopError]) -> None:
        super().__init__("error.several", count=len(errors))
        self.errors = tuple(errors)

    def __reduce__(self) -> tuple[object, ...]:
        return SopErrors, (self.errors,)


def raise_all(errors: Sequence[SopError]) -> None:
    """Raise the one error, or all of them together; return when there is none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise SopErrors(errors)


def each(error: SopError) -> tuple[SopError, ...]:
    """The single problems inside an error."""
    return error.errors if isinstance(error, SopErrors) else (error,)


def _rebuild(kind: type[SopError], key: str, values: dict[str, object]) -> SopError:
    return kind(key, **values)
