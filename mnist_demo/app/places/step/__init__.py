"""One training step, laid open."""
