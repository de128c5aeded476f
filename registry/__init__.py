"""Judging and remembering: the policy, the decisions, and what changed since."""
