"""Arrays to pixels: maps, scales, outlines and the poster."""
