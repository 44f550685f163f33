"""Reading: a table, a Keras model or an ONNX file as units."""
