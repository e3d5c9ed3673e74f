"""Fuzzing, run by hand: see CONTRIBUTING.md."""
