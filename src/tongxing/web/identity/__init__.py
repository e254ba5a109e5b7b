"""Signing in and out, and the judge that asks the policies before every handler."""
