"""What an architecture becomes: a live Keras model, readable Keras source."""
