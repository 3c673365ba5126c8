"""Templates to bytes, and what is wrong with templates."""
