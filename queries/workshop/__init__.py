"""The knowledge engineer's tools: test cases, coverage, the guideline's page, the conversation, watching."""
