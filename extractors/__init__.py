"""Reading: bytes in, facts out. Pure: no network, no database, no clock."""
