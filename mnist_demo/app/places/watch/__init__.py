"""Watch it learn: the network in training, and what it made of the drawing so far."""
