"""Mutated uploads end in tables or sentences, never in an exception that nobody caught."""

from tests.ingest.fuzz import fuzz


def test_two_thousand_mutated_uploads_crash_nothing():
    crashes, answers = fuzz(2_000)
    assert not crashes, crashes[:3]
    assert sum(answers.values()) >= 2_000
    assert answers["a table"] > 500  # the mutations reach behind the parser
