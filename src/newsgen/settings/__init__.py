"""`newsgen.yaml`: what it says, how it is read, and what follows from it alone."""
