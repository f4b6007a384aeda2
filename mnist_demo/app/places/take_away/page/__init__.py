"""A page without a server: one file, with the stage, the picture and a version's weights."""
