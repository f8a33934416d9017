"""Many notebooks for many offers: each run on its own, each result whole or not there at all.

This package imports nothing here, because its workers start faster the less they load.
"""
