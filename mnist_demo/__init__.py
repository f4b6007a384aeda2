"""Draw a digit and see what a trained network makes of it, layer by layer."""
