"""Which product is this listing? Identifiers, candidates, evidence. No I/O, no clock, no randomness."""
