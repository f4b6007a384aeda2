"""Chapter: what a layer does with the numbers it gets."""
