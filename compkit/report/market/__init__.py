"""The guide's bands next to reported pay: first screen, chart, tables, and what it rests on."""
