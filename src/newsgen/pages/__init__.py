"""Which pages there are, and which of them are to be rendered or removed."""
