"""What the guideline says: the language, the checks, the vocabulary and the guidelines. Knows no patient and no engine."""
