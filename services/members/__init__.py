"""Who people are and how they like to be reached. It alone holds their addresses, and it alone issues their tokens."""
