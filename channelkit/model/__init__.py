"""Nouns: what the rest of the house talks about. No I/O, no clock, no randomness."""
