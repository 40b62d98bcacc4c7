"""What people say, good, bad and ugly, and what became of it. Nobody can tell from here who said it."""
