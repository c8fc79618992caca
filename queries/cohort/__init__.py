"""Whole cohorts: partitions of patients to answers, firings and what is undetermined, as files of columns."""
