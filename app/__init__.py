"""Everything that touches the outside world: network, database, web, command line."""
