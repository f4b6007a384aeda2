"""Chapter: how wrong an answer is, as one number."""
