"""The guide's audit as tables and notes."""
