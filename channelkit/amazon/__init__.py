"""Amazon's Selling Partner API, and what it says as our columns."""
