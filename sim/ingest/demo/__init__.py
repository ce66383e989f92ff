"""The demo company Valfonte SAS, generated from data/demo: the same bytes on every machine.

``market.py`` makes the demand, ``records.py`` what the company would have on file around it
(stock, production, orders, archived forecasts), ``company.py`` the canonical tables.
Only sums, products and a portable random generator are used, so no mathematical library
can change a digit.
"""

from sim.ingest.demo.company import demo_tables

__all__ = ["demo_tables"]
