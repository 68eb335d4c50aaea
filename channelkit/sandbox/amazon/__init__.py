"""Amazon's side of the sandbox: seller accounts, their listings, Amazon's catalog, and the Selling Partner API."""
