"""May these words be said to this client, now? Draft in, `Cleared` or `Refused` out; no draft is changed."""
