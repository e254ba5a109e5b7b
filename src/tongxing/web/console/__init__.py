"""The compliance and operations console, under `/console`."""
