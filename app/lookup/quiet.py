"""What keeps the interpreter itself from pausing answers: only here is set how it collects and switches."""

import gc
import sys
from typing import Final

_TURN_S: Final = 0.0001
"""How long a thread may go on while another waits; by default fifty times as long, for each wait."""
_YOUNG: Final = 1000
"""Objects made before the young ones are walked over: as few as a millisecond or two will do for."""
_MIDDLE_WALK_EVERY: Final = 4
"""Walks over the young ones for one over those that outlived a walk; by default ten, a longer one."""
_FULL_WALK_EVERY: Final = 1000
"""Walks over the middle generation for one over all; by default ten."""


def quiet_interpreter() -> None:
    """Call it once all that is there to stay has been made, in the process that answers.

    What stands now is never walked by the collector again, and what lasts from here on, such as answers that
    are given again, seldom: a full walk stops all threads for longer than many answers take. Walks over what
    is young are short ones instead of few: a change of the registry makes a thousand answers anew. The thread
    that follows the registry gives way to answers sooner.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE_WALK_EVERY, _FULL_WALK_EVERY)
    sys.setswitchinterval(_TURN_S)
