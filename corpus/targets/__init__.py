"""Known targets: every number that a document promises, as a row that can be checked."""
