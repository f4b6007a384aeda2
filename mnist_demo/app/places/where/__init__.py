"""The drawing among the test pictures."""
