"""How a benchmark tells a figure: `bench NAME VALUE UNIT`, and a complaint where it is beyond its limit."""

import sys


def tell(name: str, value: float, unit: str, *, most: float | None = None) -> bool:
    """Print a figure; whether it keeps to the `most` that it may be."""
    print(f"bench {name} {value:.2f} {unit}" if value < 10 else f"bench {name} {value:.0f} {unit}")
    if most is not None and value > most:
        print(f"{name} is {value:.2f} {unit}, and {most:g} {unit} is the most it may be", file=sys.stderr)
        return False
    return True
