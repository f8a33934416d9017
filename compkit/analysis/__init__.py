"""One evaluation of an offer, one comparison for a person, one look at each place."""
