"""Everything the programme can do, a module per idea; `telling` holds what others are told of it."""
