"""The reports' folder: index, summaries, overview, figures."""
