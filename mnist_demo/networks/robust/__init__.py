"""The recipe ``robust``: everybody's hand, and what is not a digit."""
