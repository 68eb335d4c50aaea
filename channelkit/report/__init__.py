"""Rows in, something visible out: a summary for programs, charts for notebooks, and one page that a person can mail."""
