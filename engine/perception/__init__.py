"""Eyes: what finds, outlines and judges things in pictures."""
