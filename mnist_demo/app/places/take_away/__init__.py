"""What a visitor takes away."""
