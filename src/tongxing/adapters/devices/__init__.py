"""Carriers of words to devices: web push, mail, text messages."""
