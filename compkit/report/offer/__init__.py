"""One offer: answer, tables, charts, notes."""
