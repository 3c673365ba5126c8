"""What editors have: a preview, new stories, new sites."""
