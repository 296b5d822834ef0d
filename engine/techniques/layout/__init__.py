"""Layout: where things are painted."""
