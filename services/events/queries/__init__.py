"""What is asked of the database, a module a topic."""
