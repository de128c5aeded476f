"""The look that finds a source's pages as they were, which is what nearly all looks come to.

What it has to know and what it leaves behind (`known`), and whether anything is left to judge (`quiet`), in
few statements over few columns: no text, no bytes and no row objects are loaded. Whatever is not plain here
is for the whole look to see. Never commits.
"""

from registry.glances.known import Known, KnownPage, SamePage, keep_glance, known_source
from registry.glances.quiet import is_outdated, is_quiet

__all__ = [
    "Known",
    "KnownPage",
    "SamePage",
    "is_outdated",
    "is_quiet",
    "keep_glance",
    "known_source",
]
