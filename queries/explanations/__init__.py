"""The explanation graph: every reason of an answer as nodes with words, rules, statements and sources."""
