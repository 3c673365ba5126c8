"""The command line: options, what each command does, and how far it is."""
