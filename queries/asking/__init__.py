"""What to ask next, and the conversation that asks it."""
