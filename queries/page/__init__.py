"""The page for one patient: a form made from the vocabulary, the answer beside it, pure functions from text to HTML."""
