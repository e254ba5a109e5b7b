"""The advice desk: goals, allocation, explanation, loss attribution and the scenario lab; pure."""
