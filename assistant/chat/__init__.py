"""Chat models: what they are sent, what they write, and how much of it is proven.

context → model → sentences → prove → write; `agent` is the same with look-ups of the model's own.
"""
