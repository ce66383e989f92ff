"""Words of a visitor stay words."""

import re

import pytest

from sim.ui.messages import JOINER, plain

# What the browser makes a link, a picture or an icon of, once backslashes are gone.
ALIVE = re.compile(r"https?://|www\.|[\w.+-]+@[\w-]+\.\w|:[\w+-]+:|:material/[^:]*:", re.IGNORECASE)


@pytest.mark.parametrize(
    "words",
    [
        "https://evil.example/x",
        "HTTP://evil.example",
        "www.evil.example",
        "WWW.evil.example",
        "someone@evil.example",
        "![x](http://e/x.png)",
        "[x](javascript:alert(1))",
        "<img src=x>",
        ":material/face: :smile:",
        "&#58;//x",
    ],
)
def test_no_link_no_picture_no_icon(words: str) -> None:
    told = plain(words)
    seen = re.sub(r"\\(?=[^\w\s])", "", told)
    assert not ALIVE.search(seen)
    assert seen.replace(JOINER, "") == words
    assert not re.search(r"(?<!\\)[\[\]<>`*_&!(]", told)


def test_usual_words_are_left_alone() -> None:
    assert plain("Samedis : 12:30, A/B, 5 %") == "Samedis : 12:30, A/B, 5 %"
