"""The ledger: which addresses were ever published, and whose they are."""
