"""How tools come into the registry: listed from the catalogue, submitted by a person, vetted in passes.

`furnishing` makes the rows of a tool, `asking` lists and submits it, `passes` queues the looks at it.
"""

from registry.submissions.asking import (
    DuplicateToolError,
    Listed,
    keep_upload,
    list_catalogue,
    submit_listed,
    submit_tool,
)
from registry.submissions.furnishing import (
    add_tool,
    entry_of,
    is_listed_only,
    is_same,
    replace_listed,
    source_entry,
    source_row,
)
from registry.submissions.passes import (
    BEGUN_ANEW,
    OVERTAKEN,
    UNJUDGED,
    NothingToVetError,
    PassKind,
    PassState,
    is_first_look_open,
    missing_uploads,
    request_look,
    request_pass,
)

__all__ = [
    "BEGUN_ANEW",
    "OVERTAKEN",
    "UNJUDGED",
    "DuplicateToolError",
    "Listed",
    "NothingToVetError",
    "PassKind",
    "PassState",
    "add_tool",
    "entry_of",
    "is_first_look_open",
    "is_listed_only",
    "is_same",
    "keep_upload",
    "list_catalogue",
    "missing_uploads",
    "replace_listed",
    "request_look",
    "request_pass",
    "source_entry",
    "source_row",
    "submit_listed",
    "submit_tool",
]
