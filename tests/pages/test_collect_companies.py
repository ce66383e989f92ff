"""Two companies are not mixed by accident: the trial files, and files that share no item."""

from collections.abc import Iterator
from pathlib import Path

import pytest

SALES = "article;mois;quantité\n" + "".join(
    f"X{item};2025-{month:02d};{10 * item + month}\n" for item in (1, 2) for month in range(1, 13)
)


@pytest.fixture
def demo_again(home: Path) -> Iterator[None]:
    """Other tests expect the demo company to be the one in use."""
    yield
    from sim.ui import data

    data.load_demo()


def test_the_trial_is_the_demo_company_too(visit, demo_again: None) -> None:
    from sim.ui import data

    app = visit("collect")
    app.button(key="collect.trial.load").click().run()
    app.checkbox(key="collect.near").check().run()
    app.checkbox(key="collect.good").check().run()
    assert app.radio(key="collect.how").value == "afresh"
    app.button(key="collect.accept").click().run()
    assert not app.exception
    latest = data.store().latest()
    assert latest is not None
    assert latest.source == "demo"
    assert len(data.store().imports()[0].files) == 9


def test_files_of_another_company_are_told_and_start_afresh_by_one_click(visit) -> None:
    app = visit("collect")
    app.get("file_uploader")[0].set_value([("ventes.csv", SALES.encode(), "text/csv")]).run()
    app.radio(key="collect.how").set_value("update").run()
    assert any("Aucun article de ces fichiers" in one.value for one in app.warning)
    app.button(key="collect.strangers").click().run()
    assert not app.exception
    assert app.radio(key="collect.how").value == "afresh"
    assert not any("Aucun article de ces fichiers" in one.value for one in app.warning)
