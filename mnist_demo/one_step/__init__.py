"""One training step laid open: losses, gradients, and what the optimizer makes of them."""
