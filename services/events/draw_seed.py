"""Luck that anybody can repeat: whole numbers worked out from a seed, the same ones wherever it is done.

Block b of a seed is the SHA-256 of the text "seed:b", read as a whole number of 256 bits, highest bit first; blocks are
counted from 0. A number below `limit` takes as many blocks, one behind the other, as hold the bits of `limit`, and of
those the first bits, as many as `limit` has. Is that `limit` or more, it is thrown away, and the next blocks are taken:
so every number below `limit` is as likely as any other.
"""

from hashlib import sha256

BITS = 256


class Luck:
    """A seed, and how much of it was used."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._used = 0

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, and without, `limit`."""
        while True:
            number = self._bits(limit.bit_length())
            if number < limit:
                return number

    def _bits(self, wanted: int) -> int:
        blocks = -(-wanted // BITS)
        number = 0
        for _ in range(blocks):
            number = number << BITS | int.from_bytes(sha256(f"{self._seed}:{self._used}".encode()).digest())
            self._used += 1
        return number >> blocks * BITS - wanted


def digest_of(seed: str) -> str:
    """What is published of a seed before the draw, so that nobody can choose another one afterwards."""
    return sha256(seed.encode()).hexdigest()
