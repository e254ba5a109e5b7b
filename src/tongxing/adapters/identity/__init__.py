"""Proving who people are by another house's OpenID provider; needs the extra `oidc`."""
