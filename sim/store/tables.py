"""The durable tables. Migrations make them; this module is how the code speaks of them.

Every moment is an ISO text in UTC, every document a JSON text: the same on SQLite and
PostgreSQL. Rows are never changed or deleted (triggers refuse it), except cached forecasts.
"""

import sqlalchemy as sa

metadata = sa.MetaData()

# One accepted version of a company's data. id = start of the content's SHA-256.
dataset = sa.Table(
    "dataset",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("settings", sa.Text, nullable=False),
)

# Parquet bytes, kept once even when several versions share a table.
parquet = sa.Table(
    "parquet",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

dataset_table = sa.Table(
    "dataset_table",
    metadata,
    sa.Column("dataset", sa.String(16), sa.ForeignKey("dataset.id"), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("parquet", sa.String(64), sa.ForeignKey("parquet.sha256"), nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
)

# What was loaded, and undone: the last row says which version is current. `below` is the row
# whose version comes back when this one is undone; `detail` tells how the files met the data in
# use and what changed.
import_log = sa.Table(
    "import_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("dataset", sa.String(16), sa.ForeignKey("dataset.id"), nullable=False),
    sa.Column("below", sa.Integer, sa.ForeignKey("import_log.id")),
    sa.Column("files", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False, server_default="{}"),
)

mapping = sa.Table(
    "mapping",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("signature", sa.String(128), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

# One version of a scenario; an edit is a new row with its parent.
scenario = sa.Table(
    "scenario",
    metadata,
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

forecast = sa.Table(
    "forecast",
    metadata,
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

# Who agreed to what at a step of the cycle: the plan that this mode makes of these data; and,
# with a reason, who reopened the step or let data of low quality pass.
sign_off = sa.Table(
    "sign_off",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("step", sa.String(32), nullable=False, index=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("dataset", sa.String(16), sa.ForeignKey("dataset.id"), nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(64), nullable=False),
    sa.Column("act", sa.String(16), nullable=False, server_default="signed"),
    sa.Column("role", sa.String(16), nullable=False, server_default="supply"),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
)

# Who did what: each row holds the hash of the one before it.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, unique=True),
)

# The agenda of a meeting; a change is a new row, the last one counts.
agenda = sa.Table(
    "agenda",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("dataset", sa.String(16), nullable=False, index=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

# What a meeting decided, or what somebody has to do until a day ("" = no day).
decision = sa.Table(
    "decision",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("dataset", sa.String(16), nullable=False, index=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("due", sa.String(10), nullable=False),
    sa.Column("scenario", sa.String(16), nullable=False),
)

# The scenarios that are put to the executive meeting; the last row of the data counts. One
# without scenarios withdraws the proposal before it.
proposal = sa.Table(
    "proposal",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("dataset", sa.String(16), nullable=False, index=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("scenarios", sa.Text, nullable=False),
    sa.Column("recommended", sa.String(16), nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    # What each scenario was and promised then; "[]" in proposals from before it was kept.
    sa.Column("offers", sa.Text, nullable=False, server_default="[]"),
)

# Where a meeting stands: another topic, a guess, frozen numbers are new rows, the last counts.
meeting_place = sa.Table(
    "meeting_place",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("meeting", sa.String(32), nullable=False, index=True),
    sa.Column("dataset", sa.String(16), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
