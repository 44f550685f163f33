"""Devices: what a run is computed on, one device or several, one process or several."""
