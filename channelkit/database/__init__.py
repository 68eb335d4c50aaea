"""What is known, what was decided, what was sent: one database, SQLite beside the settings or PostgreSQL by URL."""
