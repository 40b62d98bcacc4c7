"""Everything notifications can do, one file a subject."""
