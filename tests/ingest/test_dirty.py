"""The nine dirty French files: what the import finds, and what is left after the remedies."""

import pytest

from sim.ingest import assess, build, inspect
from sim.ingest.demo import demo_tables
from sim.ingest.demo.dirty import FILES, dirty_archive, dirty_files
from sim.ingest.quality import control_totals
from tests.ingest.words import keys, sentences


@pytest.fixture(scope="module")
def clean():
    return demo_tables()


@pytest.fixture(scope="module")
def previews(clean):
    return inspect(dirty_files(clean))


def test_they_are_french_files_as_a_spreadsheet_exports_them(clean):
    files = dict(dirty_files(clean))
    assert list(files) == list(FILES)
    assert len(files) == 9
    with pytest.raises(UnicodeDecodeError):
        b"".join(files.values()).decode("utf-8")
    articles = files["articles.csv"].decode("cp1252")
    assert articles.startswith("Code article;Désignation;")
    assert "1\u00a0090" in articles
    assert "12,4" in articles
    assert files["ventes.csv"].decode("cp1252").startswith("Article;Canal;janv. 2022;févr. 2022;")


def test_the_archive_is_the_same_bytes_at_every_call(clean):
    assert dirty_archive(clean) == dirty_archive(demo_tables())


def test_every_file_and_column_is_recognised(previews):
    assert {one.file: one.mapping.table for one in previews} == {
        name: table for name, (table, _) in FILES.items()
    }
    for one in previews:
        columns = {name: source.column for name, source in one.mapping.columns.items()}
        assert columns == FILES[one.file][1]
        assert not one.ambiguous
        assert one.encoding == "cp1252"


def test_the_report_finds_exactly_the_faults(previews):
    found = build(previews)
    assert found.blocking == ()
    assert sorted(keys(found.problems)) == [
        "error.data.duplicate_key",
        "error.data.duplicate_key",
        "error.data.duplicate_key",
        "error.data.negative_sales",
        "error.data.unknown_code",
        "error.data.unknown_code_near",
    ]
    assert {one.code for one in found.unknown} == {"PORT", "coc-w30"}
    assert found.warnings == ()
    told = {(one.table, one.check): one for one in assess(found.tables, found).findings}
    assert told["sales", "missing_months"].count == 1
    assert told["sales", "missing_months"].examples == ("COC-W30 2024-05",)
    assert sum(one.count for (_, check), one in told.items() if check == "duplicates") == 3
    assert told["sales", "negatives"].count == 1
    assert all(sentences(problem) for problem in found.problems)


def test_after_the_remedies_the_control_totals_are_those_of_the_clean_demo(clean, previews):
    found = build(previews, accept_good_rows=True, near_codes=True)
    assert found.ready
    assert keys(found.warnings) == ["warning.data.near_code"]
    # A pivot of months holds one figure, so the revenue is that of today's price list.
    lines = clean["sales"].drop(columns="revenue")
    wanted = {name: clean[name] for name, _ in FILES.values()} | {"sales": lines}
    for by in ("", "year", "month"):
        got = [one for one in control_totals(found.tables, by=by) if one.table != "returns"]
        assert got == control_totals(wanted, by=by)
    returned = found.tables["returns"]
    assert returned["quantity"].tolist() == [36.0]
    told = {one.check for one in assess(found.tables, found).findings}
    assert "missing_months" not in told
