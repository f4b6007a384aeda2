"""Where a drawing may come from, other than one's own hand."""
