"""What is loaded before the first visitor: imports, the compiled kernel, the data in use."""

import logging

from sim.errors import SopError
from sim.model import kernel
from sim.settings import settings
from sim.ui import data, results

LOG = logging.getLogger("sim")


def up() -> None:
    """Load all that a first chart needs; a store that cannot be opened is told by the pages."""
    kernel.warm_up(settings().compiled)
    _without_legacy_pages()
    try:
        latest = data.store().latest()
        dataset = latest.id if latest else data.load_demo()
        data.described(dataset)
        if not data.needs_forecast(dataset):
            results.reference(data.problem(dataset))
    except SopError as error:
        LOG.warning("start without data: %s", error)


def _without_legacy_pages() -> None:
    """A folder named pages puts Streamlit into its old mode until the first visitor.

    The switch has no public name: when it is gone, only a cold deep link shows a dialog.
    """
    try:
        from streamlit.runtime.pages_manager import PagesManager

        PagesManager.uses_pages_directory = False
    except (ImportError, AttributeError):
        LOG.info("this Streamlit has no legacy pages switch")
