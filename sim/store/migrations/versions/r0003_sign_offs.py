"""Sign-offs of the steps of the cycle, with their guards."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SCHEMA = Path(__file__).resolve().parents[4] / "data" / "schema"


def upgrade() -> None:
    """Create the table and the triggers that keep its rows as they are."""
    op.create_table(
        "sign_off",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("step", sa.String(32), nullable=False, index=True),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("dataset", sa.String(16), sa.ForeignKey("dataset.id"), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
    )
    dialect = op.get_context().dialect.name
    guards = (_SCHEMA / f"guards_0003_{dialect}.sql").read_text(encoding="utf-8")
    for statement in guards.split("--;"):
        op.execute(sa.text(statement.strip().replace(":", r"\:")))
