"""The recipe ``robust``: everybody's handwriting, and what is not a digit."""
