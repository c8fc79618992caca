"""Words: sentences, lists, units and numbers, in each language."""
