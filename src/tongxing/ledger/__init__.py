"""The room that records: salted commitments in an order nobody can quietly change. It deletes nothing."""
