"""Trains every embedded model through one resumable queue; see `queue.py`."""
