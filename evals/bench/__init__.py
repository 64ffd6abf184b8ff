"""How long taking in, indexing and asking take on real files, and how much memory."""
