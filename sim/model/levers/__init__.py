"""Levers: declared once, applied to a problem, checked, dated."""

from sim.model.levers.applying import apply, decide_by, first_in_time
from sim.model.levers.catalogue import LEVERS, available, draft, slider, targets
from sim.model.levers.checking import LEAD_DAYS, adopt, check, flagged
from sim.model.levers.declaration import Group, Lever, Option, Role, Slider, TargetKind, Unit
from sim.model.levers.place import parts

__all__ = [
    "LEAD_DAYS",
    "LEVERS",
    "Group",
    "Lever",
    "Option",
    "Role",
    "Slider",
    "TargetKind",
    "Unit",
    "adopt",
    "apply",
    "available",
    "check",
    "decide_by",
    "draft",
    "first_in_time",
    "flagged",
    "parts",
    "slider",
    "targets",
]
