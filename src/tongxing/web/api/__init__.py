"""The API for other systems, under `/v1`."""
