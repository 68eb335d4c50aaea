"""What state is a listing in, on what terms? Exactly one tab, with a reason. No I/O, no clock, no randomness."""
