"""The doors of the house: everything that touches files, databases, keys, sockets or the wall clock."""
