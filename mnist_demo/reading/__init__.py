"""Reading an image: one pass of one multi-output model."""
