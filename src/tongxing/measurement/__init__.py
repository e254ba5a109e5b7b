"""What happened to clients, counted: each figure with its formula, its cohort and its interval."""
