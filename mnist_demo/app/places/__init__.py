"""The places of the app, a folder each."""
