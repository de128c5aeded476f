"""From a URL to a snapshot: the only room that opens a connection, and the only one that knows httpx.

`fetcher.Fetcher` is the door; `model` holds the words. A page that cannot be had ends in a `FetchError`
that names its failure: nothing else leaves this room.
"""
