"""Addresses: how they are made and compared, and who owns which."""
