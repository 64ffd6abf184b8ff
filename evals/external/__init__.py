"""Question sets of others, read as gold questions over passages; and the formats of other tools."""
