"""The nouns: every type that crosses a room. Frozen values only; no I/O, no clock, no chance."""
