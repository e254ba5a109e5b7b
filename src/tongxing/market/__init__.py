"""The desk of market facts: prices, calendar, sessions, limits, lots and costs, all by date. No I/O."""
