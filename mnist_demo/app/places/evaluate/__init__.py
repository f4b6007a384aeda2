"""Measures of a version, and every picture behind them."""
