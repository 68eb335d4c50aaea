"""Reading both sides: what Amazon and Commerce say now becomes facts, and only what differs is written."""
