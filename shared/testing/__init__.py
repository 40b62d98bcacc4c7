"""What tests of every service need: databases that forget, keys that fit, and messages delivered by hand."""
