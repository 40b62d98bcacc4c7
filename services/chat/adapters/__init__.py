"""One module for each way a text can come in."""
