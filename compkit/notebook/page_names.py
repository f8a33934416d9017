"""Names of the live pages, which are also their addresses. Without widgets, so that a server can read them."""

PAGES = ("decide", "evaluate", "compare", "place", "negotiate", "weeks", "practice")
