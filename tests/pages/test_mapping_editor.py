"""The mapping editor as a visitor meets it: what is asked is answered by one click."""

from streamlit.testing.v1 import AppTest

from tests.pages.test_collect import upload, words

PIVOT = (
    "Ventes 2024;;;;;\n\nArticle;JANV;FÉV;MARS;AVR;Total\n"
    "A;1;2;3;4;10\nB;5,5;;7;8;20,5\nTotal;6,5;2;10;12;30,5\n"
)
ITEMS = "Article;Désignation;Prix TTC;Poids\nA;Enclume;12;1\nB;Bac;24;2\n"
ROUTING = "Article;Ressource;Temps unitaire\nA;R;90\nB;R;45\n"


def sent(**files: str) -> list[tuple[str, bytes, str]]:
    return [(f"{name}.csv", body.encode(), "text/csv") for name, body in files.items()]


def control(app: AppTest, ending: str):
    return next(one for one in app.get("button_group") if str(one.key).endswith(ending))


def test_units_and_taxes_are_asked_and_one_click_each_settles_them(visit) -> None:
    app = upload(visit("collect"), *sent(ventes=PIVOT, articles=ITEMS, gammes=ROUTING))
    assert not app.exception
    asked = " ".join(table.value.to_string() for table in app.table)
    assert app.error
    assert "Temps unitaire" in asked
    assert "Prix TTC" in asked
    assert "Non utilisées\u00a0: Poids" in words(app)
    control(app, ".duration").set_value("min").run()
    control(app, ".tax").set_value("gross").run()
    assert not app.exception
    assert not app.error
    assert not app.button(key="collect.accept").disabled


def test_a_pivot_shows_its_long_form_and_leaves_its_total_out(visit) -> None:
    app = upload(visit("collect"), *sent(ventes=PIVOT))
    assert not app.exception
    assert not app.error
    long = next(one.value for one in app.table if "mois ou date" in [*one.value.columns])
    assert list(long["article"])[:3] == ["A", "B", "A"]
    assert "janv 2024" in list(long["mois ou date"])
    assert "total" in app.info[0].value
    app.checkbox(
        key=next(one.key for one in app.checkbox if one.key.endswith(".totals"))
    ).uncheck().run()
    assert "lignes de total laissées" not in words(app)


def test_the_decimal_sign_is_flipped_by_one_click(visit) -> None:
    app = upload(visit("collect"), *sent(ventes=PIVOT))
    control(app, ".decimal").set_value(".").run()
    assert not app.exception
    assert app.warning
    assert any("5,5" in table.value.to_string() for table in app.table)
