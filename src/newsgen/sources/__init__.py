"""The files that a build reads, and which of them changed."""
