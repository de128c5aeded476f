"""A decision's evidence, packed as a web archive (WARC 1.1) that stands without this service."""
