"""Measurements of the agent: what it understands, sees, repairs and keeps whole. Scored by the judge, through whose eyes it never looks."""
