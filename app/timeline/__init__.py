"""A plan's facts over time, with their clauses, and what happened to it meanwhile.

`facts` derives what the documents of each moment said, `page` cuts it into pages and lays beside it what
people and passes did. Nothing here reads a text: clauses are taken as they are stored, under one ruleset.
"""

from app.timeline.facts import Shown, Standing
from app.timeline.page import TimelinePage, timeline_page

__all__ = ["Shown", "Standing", "TimelinePage", "timeline_page"]
