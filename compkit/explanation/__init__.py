"""Where a figure comes from: a tree from the figure down to what was typed, a row of a table, or an assumption."""
