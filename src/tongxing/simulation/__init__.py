"""Invented clients who trade the real history and use the same service as everybody."""
