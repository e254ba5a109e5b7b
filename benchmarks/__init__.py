"""Measurements that a newcomer can repeat."""
