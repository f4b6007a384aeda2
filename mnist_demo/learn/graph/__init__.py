"""Chapter: graphs and sessions of TensorFlow 1, and `tf.function`."""
