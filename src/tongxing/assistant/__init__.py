"""The assistant's desk: what a client's words mean. Pure: the encoder and the corpus are handed in."""
