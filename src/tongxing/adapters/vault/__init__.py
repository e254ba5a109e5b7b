"""The vault: keys for (client, retention class, source), so that erasing is destroying a key."""
