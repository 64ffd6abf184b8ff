"""What an answer is worth: each measure a share of something counted, defined in README.md."""
