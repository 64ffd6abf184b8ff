"""The commands of `clausewise eval`."""
