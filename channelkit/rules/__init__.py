"""A store's listing rules, as a person works with them: which products may be sold, and what another rule would do."""
