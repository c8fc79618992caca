"""What is not recorded: which facts it could be, and what each could bring about or withdraw."""
