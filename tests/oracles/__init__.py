"""What the demo shows, computed a second time from Keras's own layers and in NumPy alone."""
