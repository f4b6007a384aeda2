"""The network as one picture: a column for each layer, painted by the live pass."""
