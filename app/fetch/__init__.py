"""URL to snapshot: the only room that opens a connection."""
