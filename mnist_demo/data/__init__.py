"""Data sets: their catalogue, their files, and pen strokes to measure on."""
