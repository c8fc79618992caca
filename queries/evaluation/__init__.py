"""What follows: the model of a program and a database, by evaluators that agree."""
