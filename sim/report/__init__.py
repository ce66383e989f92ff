"""Words, numbers, charts and files for people."""
