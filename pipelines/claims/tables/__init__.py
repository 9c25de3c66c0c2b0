"""Foreign tables of any size read as claims, in DuckDB: every cell as text, types set by us."""
