"""Decide: profile x playbooks -> touches in order, with the answer of every gate kept. Reads no words."""
