"""The durable store and the DuckDB workspace."""
