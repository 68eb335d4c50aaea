"""Desired minus expected is what changes; guards look at it before it goes. No I/O, no clock, no randomness."""
