"""How events refuses, a module a topic: what is the matter, and what to do next."""
