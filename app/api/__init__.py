"""JSON over HTTP, one file per resource."""
