"""Evaluation of one offer, comparison of a person's offers, pay by place."""
