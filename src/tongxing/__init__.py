"""Tongxing 同行: a client-service platform for retail securities brokers. Start reading at `service`."""

__version__ = "0.1.0"
