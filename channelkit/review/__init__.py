"""Looking at links with one's own eyes: a review of one question after the other, and a grid of all candidates."""
