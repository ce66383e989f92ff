"""Where a meeting stands, so that it outlives its server; what a proposal was made of."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SCHEMA = Path(__file__).resolve().parents[4] / "data" / "schema"


def upgrade() -> None:
    """Create the table with its guard, and the column of the proposals."""
    op.create_table(
        "meeting_place",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("meeting", sa.String(32), nullable=False, index=True),
        sa.Column("dataset", sa.String(16), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.add_column("proposal", sa.Column("offers", sa.Text, nullable=False, server_default="[]"))
    dialect = op.get_context().dialect.name
    guards = (_SCHEMA / f"guards_0005_{dialect}.sql").read_text(encoding="utf-8")
    for statement in guards.split("--;"):
        op.execute(sa.text(statement.strip()))
