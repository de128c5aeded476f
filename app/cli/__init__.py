"""The same house by another door: `termgate COMMAND`.

One file a group of commands; each registers its commands on the application made here.
"""
