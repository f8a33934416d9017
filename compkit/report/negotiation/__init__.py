"""The plan, the call sheet and letters."""
