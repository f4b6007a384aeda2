"""Comparisons of this project with the tutorials' way and with the floor of the stack."""
