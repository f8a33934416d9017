"""Live pages: the notebooks' sections with controls, over one state."""
