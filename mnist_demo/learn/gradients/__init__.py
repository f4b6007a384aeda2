"""Chapter: how the loss changes with every weight."""
