"""The catalog: index's only memory, one SQLite file."""
