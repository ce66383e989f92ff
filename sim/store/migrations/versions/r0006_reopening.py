"""A sign-off tells its role; a reopening and a waiver are rows of their own, with a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; until here only the supply lead could sign, and nobody could reopen."""
    for name, size, before in (("act", 16, "signed"), ("role", 16, "supply"), ("reason", None, "")):
        kind = sa.Text() if size is None else sa.String(size)
        op.add_column("sign_off", sa.Column(name, kind, nullable=False, server_default=before))
