"""People's data: encrypted where it is kept, a pseudonym where people look, and gone when its time is over."""
