"""Single breaks of judging, deciding and the answers, as data: where, what stands there, what instead."""
