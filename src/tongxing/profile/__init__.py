"""The room `profile`: events of one client -> features -> signs -> needs, risk, preference."""
