"""Train and test: versions, their trainings and how well they read."""
