"""What keeps the interpreter itself from pausing answers: only here is set how it collects and switches."""

import gc
import sys
from typing import Final

_TURN_S: Final = 0.0005
"""How long a thread may go on while another waits; by default ten times as long, for each wait."""


def quiet_interpreter() -> None:
    """Call it once all that is there to stay has been made, in the process that answers.

    What stands now is never walked by the collector again: a full walk over it stops all threads for longer
    than many answers take. The thread that follows the registry gives way to answers sooner.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(_TURN_S)
