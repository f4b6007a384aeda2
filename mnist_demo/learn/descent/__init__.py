"""Chapter: steps downhill, until the loss is small."""
