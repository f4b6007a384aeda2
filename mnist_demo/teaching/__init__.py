"""Teaching a copy of a version a few drawings that it misreads, and what that costs elsewhere."""
