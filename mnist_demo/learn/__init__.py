"""The lessons: chapters of text and the functions that they run on a drawing."""
