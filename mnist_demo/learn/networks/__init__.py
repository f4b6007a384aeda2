"""Chapter: the five networks of the tutorials, from their data to their answers."""
