"""The log on disk in C2SP tlog-tiles layout, witnesses over HTTP, and sources to read any log from."""
