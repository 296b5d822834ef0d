"""Editing: what of a source picture is kept."""
