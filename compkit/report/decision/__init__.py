"""The one decision of a person."""
