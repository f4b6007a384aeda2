"""Chapter: the pictures that networks learn from, and how they are streamed."""
