"""What the routes take and give, a module a topic."""
