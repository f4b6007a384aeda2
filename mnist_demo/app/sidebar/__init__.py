"""Network, version and retraining."""
