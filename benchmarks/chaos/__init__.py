"""Chaos: cycles that are killed at any point, networks that drop answers, and a peak hour; what is left is counted."""
