"""How many partitions a worker should hold: an equal share, so that one more worker means less for each."""


def fair_share(partitions: int, workers: int) -> int:
    """The most partitions one of so many living workers holds: all of them are held, and none by two."""
    return -(-partitions // max(1, workers))
