"""The history of the durable tables, run when the store opens."""
