"""What is true of a patient: readers that turn data into typed facts, each with where it came from. Knows no rule."""
