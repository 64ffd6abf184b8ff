"""Whether clauses prove a sentence: what it claims, and where each claim stands."""
