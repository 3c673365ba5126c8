"""The search index: the words of articles, and the files that readers load."""
