"""The adviser desk: whom to call, why, and with which words, under `/desk`."""
