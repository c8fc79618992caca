"""The knowledge base in an editor: what is wrong, what a name means, where it is used, and how to change it."""
