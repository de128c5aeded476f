"""What a trained component proposes where no rule finds anything: a linear model over hashed words.

It helps and never decides: it offers permissions, never promises, and `extractors.facts` lets them make an
answer more careful, never safer. docs/MEASURING.md tells what it finds.
"""

from extractors.proposing.proposer import LinearProposer, proposing_reader

__all__ = ["LinearProposer", "proposing_reader"]
