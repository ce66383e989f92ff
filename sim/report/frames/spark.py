"""The rows of the small curve under a KPI."""

from collections.abc import Sequence

import pandas as pd


def spark(values: Sequence[float], *, better: bool | None) -> pd.DataFrame:
    """One row a month. ``better`` is the verdict on the difference, None = none.

    >>> spark([3.0, 1.0], better=True).to_dict("records")[1]
    {'t': 1, 'value': 1.0, 'floor': 1.0, 'tone': 'better'}
    """
    tone = {True: "better", False: "critical", None: "ink_2"}[better]
    return pd.DataFrame(
        {"t": range(len(values)), "value": values, "floor": min(values), "tone": tone}
    )
