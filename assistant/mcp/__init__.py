"""The assistant as an MCP server: for programs whose models look clauses up themselves."""
