"""Projections of the catalogue: the same tools for language models and for the command line. Nothing here is written for one tool."""
