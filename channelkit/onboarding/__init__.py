"""Setting up: settings are written, connections are checked, tasks are ticked, and a store goes live."""
