"""Everything that is claimed of the embedded models, measured on held-out seeds: `pentimento bench world`.

The painter is judged by the judge alone, which nothing else may look through; how far that judge and the critic's eyes can be
trusted is measured on pictures whose truth is known, and on painted ones that a person labelled.
"""
