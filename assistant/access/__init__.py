"""Who may ask and change what: keys, accounts, collections with reader groups, the audit log."""
