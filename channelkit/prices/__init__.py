"""A store's price rules, for a person: what holds, what others would do, and why a price is what it is."""
