"""What is done about Amazon's orders, and where each stands: decided from facts. No I/O, no clock, no randomness."""
