"""Who should be told, by which channel, when, and whether they were. It knows people by id, never by an address."""
