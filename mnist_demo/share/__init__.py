"""What a visitor takes away: model files, a script, a link, every layer's numbers."""
