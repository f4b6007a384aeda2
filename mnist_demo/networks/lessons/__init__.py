"""The five lessons, one file each: the layers of a network and the loop that trains it."""
