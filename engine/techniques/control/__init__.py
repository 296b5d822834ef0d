"""Control: maps of pixels (edges, scribbles, depth, segments) that say where things are."""
