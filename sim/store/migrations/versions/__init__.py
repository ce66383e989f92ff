"""One file per change of the durable tables."""
