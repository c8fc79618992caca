"""A checked program as a program for another engine."""
