"""The pages of a demo house: a client's home, the corridor as staff watch it, and the market clock."""
