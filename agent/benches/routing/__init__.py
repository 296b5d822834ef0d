"""What people type, and whether it is understood: utterances with their meaning, written before the grammar was touched.

One half is open, to build with; the other is held out: nobody reads it, only its score is printed.
"""
