"""What the product keeps, and the questions it asks of it.

``open_store(url)`` is the durable store (SQLAlchemy Core over SQLite or PostgreSQL):
data versions, scenarios, forecasts, audit. ``workspace`` answers questions on one version
of the data (DuckDB in memory, queries in data/queries); ``planning`` turns it into the
engine's Problem, ``notices`` tells what missing tables switch off.
"""

from sim.store.datasets import DatasetVersion, ImportRecord
from sim.store.scenarios import SavedScenario
from sim.store.store import Store, open_store

__all__ = ["DatasetVersion", "ImportRecord", "SavedScenario", "Store", "open_store"]
