"""guidekb: a clinical guideline as a logic program that a clinician can read."""
