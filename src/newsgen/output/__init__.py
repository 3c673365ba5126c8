"""The output folder: its files, its manifest, and what is said of a build."""
