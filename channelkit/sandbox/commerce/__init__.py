"""A Commerce on this machine: its catalog, stores and stock in memory, and the REST server in front of them."""
