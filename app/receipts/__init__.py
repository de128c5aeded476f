"""Receipts: what was asked and answered, signed, so that it can be proved to somebody who was not there."""
