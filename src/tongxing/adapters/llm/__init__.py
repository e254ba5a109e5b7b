"""Language models behind an address (extra `llm`)."""
