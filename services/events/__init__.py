"""The programme: what each group does and when, who is coming, and how many places are left."""
