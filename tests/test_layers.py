"""The floors of the house, and what its files may hold."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    [ROOT / "app.py", ROOT / "serve.py", *ROOT.glob("pages/**/*.py"), *ROOT.glob("sim/**/*.py")]
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_outgrows_its_room(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


def test_no_page_script_lies_directly_in_pages() -> None:
    assert not list(ROOT.glob("pages/*.py"))


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.parts[-3] == "pages" or path.name == "app.py"],
    ids=lambda path: path.name,
)
def test_pages_leave_data_to_the_floors_below(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert not imported & {"duckdb", "numpy", "pandas", "altair", "sqlalchemy"}


def test_nothing_is_shown_as_raw_html() -> None:
    assert [
        path for path in SOURCES if "unsafe_allow_html" in path.read_text(encoding="utf-8")
    ] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_stay_short(path: Path) -> None:
    long = [
        f"{node.name} {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno
        and node.end_lineno - node.body[0].lineno + 1 > 40
    ]
    assert long == []
