"""`python -m tongxing.cli`."""

from tongxing.cli import main

main()
