"""Chapter: the functions between two layers, and the one after the last."""
