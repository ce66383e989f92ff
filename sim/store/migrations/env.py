"""Alembic runs this: migrate over the connection that the store hands in, or print the SQL."""

from alembic import context

# Outside a migration (a test collector that reads every module) there is nothing to run.
config = getattr(context, "config", None)
if config is not None:
    connection = config.attributes.get("connection")
    if connection is None:
        context.configure(dialect_name=config.get_main_option("dialect"), literal_binds=True)
    else:
        context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
