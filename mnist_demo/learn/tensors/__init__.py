"""Chapter: a drawing as a tensor, and what is done with tensors."""
