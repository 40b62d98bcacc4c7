"""Phones, mailboxes and their providers on this machine: how anyone sees the product work without a contract."""
