"""All clients at once: the declared features compiled to SQL."""
