"""Attributes in Commerce: those that Amazon recommends, those that take Amazon's values, and products from listings."""
