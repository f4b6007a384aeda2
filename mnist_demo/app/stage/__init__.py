"""The stage: canvas, answer, preparation, and where the drawing comes from."""
