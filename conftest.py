"""The notebooks of this repository are kept without charts, so nbval must compare none."""

pytest_plugins = ["compkit.batch.nbval_charts"]
