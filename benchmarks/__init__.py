"""One command prints every speed and size this project claims: `python -m benchmarks`."""
