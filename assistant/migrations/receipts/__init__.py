"""The revisions of receipts."""
