"""The list of imports tells how files met the data in use, and what changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; imports from before tell nothing."""
    op.add_column("import_log", sa.Column("detail", sa.Text, nullable=False, server_default="{}"))
