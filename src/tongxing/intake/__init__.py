"""The room that senses: a raw row becomes an `Event` or a named rejection; nothing missing is guessed."""
