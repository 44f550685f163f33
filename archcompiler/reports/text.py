"""What reports share: pairs of numbers."""


def format_pair(pair: tuple[float, float]) -> str:
    """Write `7` for a square, else height x width: `1x7`."""
    height, width = (f"{side:g}" for side in pair)
    return height if height == width else f"{height}x{width}"
