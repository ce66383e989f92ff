"""Agendas, decisions and proposals of the meetings, with their guards."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SCHEMA = Path(__file__).resolve().parents[4] / "data" / "schema"


def upgrade() -> None:
    """Create the tables and the triggers that keep their rows as they are."""
    _table("agenda", sa.Column("body", sa.Text, nullable=False))
    _table(
        "decision",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("scenario", sa.String(16), nullable=False),
    )
    _table(
        "proposal",
        sa.Column("scenarios", sa.Text, nullable=False),
        sa.Column("recommended", sa.String(16), nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
    )
    dialect = op.get_context().dialect.name
    guards = (_SCHEMA / f"guards_0004_{dialect}.sql").read_text(encoding="utf-8")
    for statement in guards.split("--;"):
        op.execute(sa.text(statement.strip()))


def _table(name: str, *columns: "sa.Column[str]") -> None:
    op.create_table(
        name,
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("dataset", sa.String(16), nullable=False, index=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        *columns,
    )
