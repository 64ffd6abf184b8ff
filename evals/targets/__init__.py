"""How well numeric targets are read: labels made by hand, and the rules scored against them."""
