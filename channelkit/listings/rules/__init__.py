"""Listing rules: which products a store offers, as a tree of conditions with Commerce's own operators."""
