"""Foreign models: what a Keras model calls, and the ops of ours that compute it."""
