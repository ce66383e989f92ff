"""Files to checked canonical tables; the demo company."""
