"""Signed calls to other systems, so that they learn of what changed.

`signing` knows secrets and signatures, and is all that the web process needs; `courier` sends what waits, in
the worker. What is told to whom stands in the registry (`registry/outbox.py`, `registry/deliveries.py`).
"""
