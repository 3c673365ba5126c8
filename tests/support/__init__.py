"""What tests share: sites to build, pictures, strategies, servers and browsers; no test stands here."""
