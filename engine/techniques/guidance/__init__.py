"""Guidance: which predictions are summed, and how much each counts."""
