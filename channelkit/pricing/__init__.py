"""One exact price for each listing: where it comes from, what rules make of it, and what bounds it. No I/O."""
