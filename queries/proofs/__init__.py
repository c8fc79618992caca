"""Why an atom holds: proofs found in a finished model, and a checker that knows nothing of the search."""
