"""The documents say what the program does: tables are generated, names are all there."""

import ast
import json
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from sim.cli import commands
from sim.ingest.quality import CHECKS, TABLE_WEIGHTS
from sim.ingest.schema import TABLES
from sim.model.kpi import Kpi
from sim.model.levers import LEVERS
from sim.model.planning_settings import PlanningSettings
from sim.report.text import Text, text_for
from sim.ui import reference

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TITLES = {"en": ("Reference", "Levers", "KPIs"), "fr": ("Référence", "Leviers", "Indicateurs")}


def markdown(rows: Sequence[reference.Row]) -> str:
    heading = list(rows[0])
    lines = [heading, ["---"] * len(heading), *(list(row.values()) for row in rows)]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines
    )


def reference_page(text: Text) -> str:
    title, levers, kpis = TITLES[text.lang]
    parts = [f"# {title}\n", f"## {levers}\n"]
    for group, rows in reference.lever_rows(text).items():
        parts += [f"### {group}\n", markdown(rows)]
    return "\n".join([*parts, f"## {kpis}\n", markdown(reference.kpi_rows(text))])


def glossary_page() -> str:
    return "# Glossary\n\n" + markdown(reference.glossary_rows(text_for("en")))


def tables_page() -> str:
    parts = ["# Canonical tables\n"]
    for table in TABLES.values():
        rows = [
            {
                "column": f"`{column.name}`{' (key)' if column.key else ''}",
                "type": column.kind.value,
                "unit": column.unit,
                "required": "yes" if column.required else "",
            }
            for column in table.columns
        ]
        parts += [f"## {table.name}\n", markdown(rows)]
    return "\n".join(parts)


PAGES = {
    "reference.md": lambda: reference_page(text_for("en")),
    "reference.fr.md": lambda: reference_page(text_for("fr")),
    "glossary.md": glossary_page,
    "tables.md": tables_page,
}


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_up_to_date(name: str, request: pytest.FixtureRequest) -> None:
    path, wanted = DOCS / name, PAGES[name]()
    if request.config.getoption("--golden"):
        path.write_text(wanted, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == wanted, "run make golden, then read the difference"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_lever_and_kpi_is_named(lang: str) -> None:
    text = text_for(lang)
    for kind in LEVERS:
        assert text(f"lever.{kind}.name")
        assert text(f"lever.{kind}.help")
    for kpi in Kpi:
        assert text(f"kpi.{kpi.value}.name")


def formulas(page: str) -> dict[str, str]:
    """Name -> formula of the KPI table of a method page."""
    rows = re.findall(
        r"^\| ([^|]+) \| (\$[^|]+\$) \|", (DOCS / page).read_text("utf-8"), re.MULTILINE
    )
    return dict(rows)


def test_every_kpi_has_its_formula_on_the_method_page_in_both_languages() -> None:
    english, french = formulas("method.md"), formulas("method.fr.md")
    for lang, found in (("en", english), ("fr", french)):
        names = [text_for(lang)(f"kpi.{kpi.value}.name") for kpi in Kpi]
        assert list(found) == names
    assert list(english.values()) == list(french.values())


def test_every_error_raised_has_its_sentence() -> None:
    text = text_for("en")
    raised = set()
    for path in ROOT.glob("sim/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                raised |= set(re.findall(r"^error\.[a-z_]+\.[a-z_.]*[a-z]$", node.value))
    assert len(raised) > 40
    assert [key for key in sorted(raised) if not text.has(key)] == []


def test_every_setting_is_documented() -> None:
    source = (ROOT / "sim" / "settings.py").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = set(re.findall(r'environment\.get\("(SOP_\w+)"\)', source))
    assert len(names) >= 4
    assert [name for name in sorted(names) if name not in readme] == []


def test_every_key_of_planning_json_is_documented_with_its_default() -> None:
    page = (DOCS / "planning.md").read_text(encoding="utf-8")
    documented: dict[str, str] = {}
    for keys, defaults in re.findall(r"^\| (`.+?`) \| (`.+?`) \|", page, re.MULTILINE):
        names, values = (re.findall(r"`([^`]*)`", cell) for cell in (keys, defaults))
        documented |= (
            dict.fromkeys(names, values[0])
            if len(values) == 1
            else dict(zip(names, values, strict=True))
        )
    settings = json.loads(PlanningSettings().to_json())
    assert {key: json.loads(value) for key, value in documented.items()} == settings


def test_the_weights_of_the_quality_score_are_documented() -> None:
    for name in ("quality.md", "quality.fr.md"):
        page = (DOCS / name).read_text(encoding="utf-8")
        assert all(f"`{table}` {weight:g}" in page for table, weight in TABLE_WEIGHTS.items())
        rows = re.findall(
            r"^\| (\S+).*? \| `(\w+)` \| (\d+) \| (\d+)\u202f?% \|", page, re.MULTILINE
        )
        told = {
            (table.strip("`"), check): (float(w), float(x) / 100) for table, check, w, x in rows
        }
        for table in ("sales", "item", "routing", "capacity"):
            assert {c: told[table, c] for c in CHECKS[table]} == dict(CHECKS[table])


def test_every_command_of_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"python -m sim (\w+)", readme))
    assert named == {"demo", "load", "forecast", "plan", "simulate", "compare", "search"}
    assert all(callable(getattr(commands, name)) for name in named - {"load", "search"})


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("**/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_pinned_versions_are_those_that_were_chosen() -> None:
    chosen = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = dict(
        re.findall(r"^([\w.-]+)==([^ ;\\]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    )
    exact = dict(one.split("==") for one in chosen["dependencies"] if "==" in one)
    assert exact.items() <= locked.items()
    assert locked["pandas"].startswith("2.3"), "statsforecast declares pandas<3"


def test_demo_parameters_are_valid_json() -> None:
    assert json.loads((ROOT / "data" / "demo" / "valfonte.json").read_text(encoding="utf-8"))
