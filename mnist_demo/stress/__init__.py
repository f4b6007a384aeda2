"""Which change of a drawing changes the answer."""
