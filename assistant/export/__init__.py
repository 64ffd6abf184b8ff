"""Answers to take away: as a Word document or as Markdown, each citation a footnote."""
