"""Every layer, every pixel."""
