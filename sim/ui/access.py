"""Who may do what. Without sign-in configured there is one user, who holds every role."""

from enum import StrEnum
from functools import cache

import streamlit as st

from sim.errors import AccessError


class Role(StrEnum):
    """What a person does in the monthly cycle."""

    COORDINATOR = "coordinator"
    DEMAND = "demand"
    SUPPLY = "supply"
    FINANCE = "finance"
    EXECUTIVE = "executive"
    VIEWER = "viewer"


@cache
def sign_in_configured() -> bool:
    """Whether the server has a sign-in provider: it has one from its start, or none."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def roles() -> frozenset[Role]:
    """The roles of this visitor: all of them on a single-user server."""
    if not sign_in_configured():
        return frozenset(Role)
    return frozenset({Role.VIEWER}) if st.user.is_logged_in else frozenset()


def visitor() -> str:
    """The name that goes into saved scenarios and the audit."""
    if sign_in_configured() and st.user.is_logged_in:
        return str(st.user.get("name") or st.user.get("email") or st.user.get("sub"))
    return ""


def require_visitor() -> None:
    """Stop here, with a way in, when sign-in is configured and nobody is signed in.

    Raises
    ------
    AccessError: the visitor is not signed in; the page is not drawn.
    """
    if roles():
        return
    st.button("Log in", key="access.login", on_click=st.login)
    raise AccessError("error.access.sign_in")


def require(*wanted: Role) -> None:
    """Refuse an action to a visitor who holds none of the roles.

    Raises
    ------
    AccessError: with the roles that may do it.
    """
    if not roles() & set(wanted):
        raise AccessError("error.access.role", roles=", ".join(wanted))


LOADERS = (Role.COORDINATOR, Role.DEMAND, Role.SUPPLY)  # may change the data in use
EDITORS = (Role.COORDINATOR, Role.DEMAND, Role.SUPPLY, Role.FINANCE)  # may save scenarios
