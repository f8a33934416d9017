"""Negotiation exercises in words."""
