"""Model versions on disk: whole or not there at all, and never changed."""
