"""Parts that several places show."""
