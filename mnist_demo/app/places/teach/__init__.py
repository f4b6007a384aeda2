"""Teach it: drawings with what they were meant to be, a lesson, and what that has changed."""
