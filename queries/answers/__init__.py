"""What is said of one patient, as values: conclusions with their status, and what cannot be decided."""
