"""What the guideline says: language, checks, vocabulary, guidelines. Knows no patient and no engine."""
