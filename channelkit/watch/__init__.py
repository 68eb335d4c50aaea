"""Watching over the runs: what is wrong, who is told of it, and when it is over.

`trouble` decides from facts alone; `facts` reads them, `telling` reaches people, `watching` puts them together.
"""
