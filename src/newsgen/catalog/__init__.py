"""The catalog: what index knows and what pages asked, in one SQLite file that can be made again."""
