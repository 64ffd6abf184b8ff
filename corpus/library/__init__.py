"""The starter library: what is promised in 118 public documents, as facts, and no sentence of them.

`documents.tsv` and `targets.tsv` are built by `clausewise library build` from ingested originals;
`cards.py` makes documents of them that stand in until an original is ingested.
"""
