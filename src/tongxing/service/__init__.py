"""Use cases, one file each, and the ports they need. The only caller of the rooms, in corridor order."""
