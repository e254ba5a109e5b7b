"""Migrations of the store, shipped with it and applied when it is opened."""
