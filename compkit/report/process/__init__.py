"""Hiring processes in words and tables."""
