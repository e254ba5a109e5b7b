"""Transport between a broker's systems and the log, where one machine is outgrown."""
