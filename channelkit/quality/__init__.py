"""Data-quality tests as code: what must hold of the facts, by whole columns, and what to do where it does not."""
