"""All networks side by side."""
