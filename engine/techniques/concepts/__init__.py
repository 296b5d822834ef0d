"""Concepts: things that were learned from a few pictures."""
