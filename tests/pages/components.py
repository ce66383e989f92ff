"""What goes to the components of the live room; AppTest has no browser that would run them."""

import json
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest


def parts(app: AppTest, component: str) -> dict:
    """The data of a component on the page."""
    found = [one.proto for one in app.get("bidi_component")]
    return next(json.loads(one.json) for one in found if one.component_name == component)


def address(app: AppTest) -> dict[str, str]:
    """What the address bar says of the live room."""
    return dict(parse_qsl(parts(app, "address")["search"].removeprefix("?")))
