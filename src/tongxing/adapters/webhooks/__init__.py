"""Doors to receivers of webhooks: signed, bounded in time, never into our own network."""
