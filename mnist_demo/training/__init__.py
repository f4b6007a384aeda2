"""Training a network into a new model version, in a process of its own."""
