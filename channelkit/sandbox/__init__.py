"""A Seller Central and a Commerce that run on this machine and speak the real wire formats."""
