"""The live room looked at by month and family, without a browser."""

import json

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from sim.ui import live, live_exports, native_levers
from sim.ui.room import KEY
from tests.pages.components import address, parts

MONTH = "2027-11"


def room_charts(app: AppTest) -> list:
    return list(app.get("vega_lite_chart"))


def rows(chart: object) -> list[dict]:
    return pa.ipc.open_stream(chart.proto.data.data).read_all().to_pylist()


def marked(app: AppTest) -> list[set[str]]:
    return [{row["month"] for row in rows(one) if row["marked"]} for one in room_charts(app)]


def sentence(app: AppTest) -> str:
    return next(one.value for one in app.markdown if one.value.startswith("## "))


def values(app: AppTest) -> list[str]:
    return [one["value"] for one in parts(app, "figures")["figures"]]


def test_nothing_is_marked_until_something_is_looked_at(visit) -> None:
    app = visit("pre_sop")
    assert marked(app) == [set()] * 4
    assert "focus" not in address(app)
    told = parts(app, "focus")
    assert (told["month"], told["family"], told["line"]) == ("", "", "")
    assert told["families"][0] == ["POE", "Poêles"]


def test_a_month_is_marked_in_all_charts_and_told_below_the_cards(visit) -> None:
    plain, app = visit("pre_sop"), visit("pre_sop", focus=MONTH)
    assert marked(app) == [{MONTH}] * 4
    assert values(app) == values(plain)  # the cards are those of the year
    line = parts(app, "focus")["line"]
    for word in ("demande", "unités", "livrable", "servi", "stock", "M€", "%"):
        assert word in line, line
    assert address(app)["focus"] == MONTH
    fixed = [one.proto.spec for one in room_charts(plain)]
    assert [one.proto.spec for one in room_charts(app)] == fixed


def test_a_family_is_shown_alone_in_charts_cards_and_sentence(visit) -> None:
    plain, app = visit("pre_sop"), visit("pre_sop", focus="~POE")
    assert sentence(app).startswith("## Poêles\xa0: ")
    assert values(app) != values(plain)
    for whole, part in zip(room_charts(plain), room_charts(app), strict=True):
        assert whole.proto.spec == part.proto.spec
        assert whole.proto.data.data != part.proto.data.data
    assert "charge" in parts(app, "focus")["line"]
    labels = [one["label"] for one in parts(app, "figures")["figures"]]
    assert "Marge avant coûts communs" in labels


def test_month_and_family_stay_while_a_lever_moves(visit) -> None:
    app = visit("pre_sop", focus=f"{MONTH}~POE")
    before = parts(app, "focus")["line"]
    app.toggle(key=native_levers.on_key("prebuild")).set_value(True).run()
    assert not app.error
    assert marked(app) == [{MONTH}] * 4
    assert sentence(app).startswith("## Poêles")
    assert address(app)["focus"] == f"{MONTH}~POE"
    assert parts(app, "focus")["line"] != before
    app.button(key="room.undo").click().run()
    assert (parts(app, "focus")["line"], address(app)["focus"]) == (before, f"{MONTH}~POE")


def test_a_family_of_several_items_is_shown_while_a_card_acts(visit) -> None:
    app = visit("pre_sop", focus="~COC", **{"c.third_shift": "5"})
    assert not app.error
    assert sentence(app).startswith("## Cocottes")
    assert address(app)["c.third_shift"] == "5"


@pytest.mark.parametrize("value", ["2019-01", "~MOON", "<script>", "x" * 2000])
def test_a_link_that_these_data_do_not_know_is_told_and_all_is_shown(visit, value: str) -> None:
    app = visit("pre_sop", focus=value)
    assert not app.exception
    told = [one.value for one in app.warning]
    assert len([one for one in told if "ni un mois de l’horizon" in one]) == 1
    assert marked(app) == [set()] * 4


def test_a_new_link_without_a_month_shows_the_whole_horizon(visit) -> None:
    app = visit("pre_sop", focus=MONTH)
    del app.query_params["focus"]
    app.query_params["c.saturdays"] = "0.1"
    assert "focus" not in address(app.run())
    assert marked(app) == [set()] * 4


def test_files_show_the_same_and_say_so(visit) -> None:
    app = visit("pre_sop", focus=f"{MONTH}~POE")
    shown = app.session_state[live.LIVE]["shown"]
    assert live_exports.stamp(shown).scenario.endswith(
        "Poêles, nov.\xa02027, marge avant coûts communs"
    )
    whole = visit("pre_sop").session_state[live.LIVE]["shown"]
    assert "Poêles" not in live_exports.stamp(whole).scenario
    ours, all_of_it = (live_exports.numbers("stock", one) for one in (shown, whole))
    assert len(ours) == len(all_of_it)
    assert not ours.equals(all_of_it)


def test_no_data_by_item_reach_the_browser(visit) -> None:
    app = visit("pre_sop", focus=f"{MONTH}~POE")
    sent = json.dumps([rows(one) for one in room_charts(app)]) + json.dumps(parts(app, "focus"))
    shown = app.session_state[live.LIVE]["shown"]
    assert not [item for item in shown.problem.items if item in sent]
    assert app.session_state[KEY].focus.family == "POE"
