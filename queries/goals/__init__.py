"""Questions in the language itself: goals over a finished model, given or saved."""
