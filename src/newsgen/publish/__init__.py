"""What a build made, brought to its readers: whole or not at all."""
