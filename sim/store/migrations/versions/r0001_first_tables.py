"""Datasets, imports, mappings, scenarios, forecasts and the audit, with their guards."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SCHEMA = Path(__file__).resolve().parents[4] / "data" / "schema"


def upgrade() -> None:
    """Create the tables and the triggers that keep their rows as they are."""
    _data_tables()
    _scenario_tables()
    dialect = op.get_context().dialect.name
    guards = (_SCHEMA / f"guards_0001_{dialect}.sql").read_text(encoding="utf-8")
    for statement in guards.split("--;"):
        op.execute(sa.text(statement.strip().replace(":", r"\:")))


def _data_tables() -> None:
    op.create_table(
        "dataset",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
    )
    op.create_table(
        "parquet",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "dataset_table",
        sa.Column("dataset", sa.String(16), sa.ForeignKey("dataset.id"), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("parquet", sa.String(64), sa.ForeignKey("parquet.sha256"), nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
    )
    op.create_table(
        "import_log",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("dataset", sa.String(16), sa.ForeignKey("dataset.id"), nullable=False),
        sa.Column("below", sa.Integer, sa.ForeignKey("import_log.id")),
        sa.Column("files", sa.Text, nullable=False),
    )
    op.create_table(
        "mapping",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("signature", sa.String(128), nullable=False, index=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )


def _scenario_tables() -> None:
    op.create_table(
        "scenario",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(16), nullable=False, unique=True),
        sa.Column("parent", sa.String(16), sa.ForeignKey("scenario.id"), index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("dataset", sa.String(16), nullable=False, index=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("code_version", sa.String(32), nullable=False),
    )
    op.create_table(
        "forecast",
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
    )
