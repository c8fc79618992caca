"""What follows, and why: evaluators, proofs and renderers. Knows no file format of patient data."""
