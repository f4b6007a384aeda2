"""Learn: the lessons, with the drawing on the stage as their data."""
