"""What would be otherwise: what-if, counterfactuals, and two patients or visits compared."""
