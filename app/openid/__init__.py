"""Signing in with an identity provider (OpenID Connect): from a button to somebody who is vouched for.

`door.OpenId` is the door; `model` holds the words. Who that is to us, and whether they come in, is judged by
`registry/persons.py`. The libraries of tokens and of the protocol are known to `tokens` and `protocol` alone.
"""
