"""An executed notebook as a page, on screen and on paper."""
