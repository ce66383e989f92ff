"""The forecast of a company is started from its own tables."""

import time

from sim.ui import data, forecasting


class Stopped(Exception):
    """The forecast was reached; it is not made here."""


def test_the_items_of_a_forecast_are_counted_before_it_is_made(visit, monkeypatch) -> None:
    visit("cockpit")
    used = data.store().latest().id
    asked = []

    def stop(history, **_):
        asked.append(history)
        raise Stopped

    monkeypatch.setattr(data, "forecast", stop)
    data.start_forecast(used)
    job = forecasting.running(used)
    deadline = time.monotonic() + 30
    while not job.done and time.monotonic() < deadline:
        time.sleep(0.05)
    forecasting.forget(used)
    assert isinstance(job.error, Stopped)
    assert job.items == asked[0]["unique_id"].nunique() > 0
