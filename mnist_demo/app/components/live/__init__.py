"""The live pass: it follows the pen in the browser, and TensorFlow confirms it."""
