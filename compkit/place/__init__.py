"""Places: what living there costs, and how they compare."""
