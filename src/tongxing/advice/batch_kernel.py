"""A dual active-set method for many small quadratic programs that share rows and curvature (numba).

    minimise ½x'Hx + f'x subject to A x ≤ b, where each multiplier λ lies in 0 ≤ λ ≤ cap

A finite cap makes a row soft: above it the row gives way at that price, which is the kink of a fee at what
is held. All clients share H and A, so only `gram` = A H⁻¹ A' and the slacks b - A x₀ at the free
minimum x₀ enter; the slacks at λ are `slack + gram λ`. After Goldfarb and Idnani (1983), with capped prices.
"""

import numba
import numpy as np
import numpy.typing as npt

from tongxing.advice.limits import Floats

Ints = npt.NDArray[np.int64]

HAIR = 1e-9
"""A slack above is kept."""
FLAT = 1e-11
"""A direction below cannot be told from none."""
FREE, ACTIVE, CAPPED = 0, 1, 2
STEPS_MAX = 400


@numba.njit(parallel=True)
def prices(gram: Floats, slack: Floats, cap: Floats, least: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Multipliers of each client (clients × rows) and whether an answer was found.

    `slack` is changed to the slacks of the answer. With fewer clients than `least`, one thread does it all.
    """
    count, rows = slack.shape
    found = np.zeros((count, rows))
    solved = np.zeros(count, dtype=np.bool_)
    parts = 1 if count < least else numba.get_num_threads()
    for part in numba.prange(parts):
        state = np.zeros(rows, dtype=np.int64)
        active = np.zeros(rows, dtype=np.int64)
        factor = np.zeros((rows, rows))
        move = np.zeros(rows)
        for client in range(count * part // parts, count * (part + 1) // parts):
            state[:] = FREE
            solved[client] = _one(
                gram, slack[client], cap[client], found[client], state, active, factor, move
            )
    return found, solved


@numba.njit(cache=True)
def _one(
    gram: Floats,
    slack: Floats,
    cap: Floats,
    price: Floats,
    state: Ints,
    active: Ints,
    factor: Floats,
    move: Floats,
) -> bool:
    """One client: add the worst broken row until none is broken."""
    size = 0
    for _ in range(STEPS_MAX):
        row = _worst(slack, state)
        if row < 0:
            return True
        sign = 1.0 if state[row] == FREE else -1.0
        while True:
            rate = _direction(gram, active, size, row, factor, move)
            whole = -sign * slack[row] / rate if rate > 0 else np.inf
            step, leaves = _room(cap, price, active, size, row, sign, move, whole)
            if step == np.inf:
                return False
            _stride(gram, slack, price, active, size, row, sign * step, move)
            if leaves < 0:
                state[row] = ACTIVE
                active[size] = row
                slack[row] = 0.0
                size += 1
                break
            if leaves == size:
                state[row] = CAPPED if sign > 0 else FREE
                price[row] = cap[row] if sign > 0 else 0.0
                break
            gone = active[leaves]
            up = sign * move[leaves] > 0
            state[gone] = CAPPED if up else FREE
            price[gone] = cap[gone] if up else 0.0
            size -= 1
            for place in range(leaves, size):
                active[place] = active[place + 1]
    return False


@numba.njit(cache=True)
def _room(
    cap: Floats, price: Floats, active: Ints, size: int, row: int, sign: float, move: Floats, whole: float
) -> tuple[float, int]:
    """How far a row's price may go, and the place of the price that ends there.

    The place is -1 when the row is mended first (`whole`), and `size` for its own price.
    """
    step, leaves = whole, -1
    own = cap[row] - price[row] if sign > 0 else price[row]
    if own <= step:
        step, leaves = own, size
    for place in range(size):
        pace, held = sign * move[place], price[active[place]]
        room = held / -pace if pace < 0 else (cap[active[place]] - held) / pace if pace > 0 else np.inf
        if room < step:
            step, leaves = room, place
    return step, leaves


@numba.njit(cache=True)
def _worst(slack: Floats, state: Ints) -> int:
    """The row broken most: below its limit, or above it although its price is at the cap; -1 for none."""
    worst, chosen = HAIR, -1
    for row in range(len(slack)):
        if state[row] == FREE and -slack[row] > worst:
            worst, chosen = -slack[row], row
        elif state[row] == CAPPED and slack[row] > worst:
            worst, chosen = slack[row], row
    return chosen


@numba.njit(cache=True)
def _direction(gram: Floats, active: Ints, size: int, row: int, factor: Floats, move: Floats) -> float:
    """How active prices move for one more of this row's, and how fast its slack grows (Cholesky)."""
    for i in range(size):
        for j in range(i + 1):
            total = gram[active[i], active[j]]
            for k in range(j):
                total -= factor[i, k] * factor[j, k]
            factor[i, j] = total / factor[j, j] if j < i else np.sqrt(max(total, 1e-300))
    rate = gram[row, row]
    for i in range(size):
        total = -gram[active[i], row]
        for k in range(i):
            total -= factor[i, k] * move[k]
        move[i] = total / factor[i, i]
        rate -= move[i] * move[i]
    for i in range(size - 1, -1, -1):
        total = move[i]
        for k in range(i + 1, size):
            total -= factor[k, i] * move[k]
        move[i] = total / factor[i, i]
    return rate if rate > FLAT * gram[row, row] else 0.0


@numba.njit(cache=True)
def _stride(
    gram: Floats, slack: Floats, price: Floats, active: Ints, size: int, row: int, step: float, move: Floats
) -> None:
    """Go so far: prices and the slacks of every row."""
    price[row] += step
    for other in range(len(slack)):
        slack[other] += step * gram[row, other]
    for place in range(size):
        one = active[place]
        price[one] += step * move[place]
        for other in range(len(slack)):
            slack[other] += step * move[place] * gram[one, other]
