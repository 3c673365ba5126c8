"""What differs by language: the words of the interface, dates, names of languages, citations."""
