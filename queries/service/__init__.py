"""The service of `guidekb serve`: endpoints as pure functions, in worker processes behind one guarded front."""
