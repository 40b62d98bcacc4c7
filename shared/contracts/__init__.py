"""What services tell each other: one file per publisher, and `routes.py`, which holds the whole flow in one table."""
