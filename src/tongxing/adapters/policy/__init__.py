"""Who may do what, and how people prove who they are: Cedar and argon2."""

from tongxing.adapters.policy.cedar import CedarAccess
from tongxing.adapters.policy.passwords import Argon2

__all__ = ["Argon2", "CedarAccess"]
