"""One file to its values: front matter, body, references; no other file."""
