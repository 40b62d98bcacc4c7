"""The pages, for any phone: what is on, coming or not, a personal link, a box to speak into. They hold no data."""
