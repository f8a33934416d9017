"""Places: living costs and comparisons."""
