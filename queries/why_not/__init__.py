"""Why something does not follow: the rules that come nearest, and how each of their conditions stands."""
