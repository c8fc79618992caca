"""What holds of every patient that the vocabulary can describe: properties, differences of versions, mutants."""
