"""Drafts a migration: what the models have and the migrated schema has not. Run by `make migration M="why"`.

A draft is read and corrected by a person before it counts: a renamed column looks like one that was dropped
and another that was added, and rows that have to move are not seen at all.
"""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

FOLDER = Path(__file__).parent


def draft(message: str, folder: Path = FOLDER) -> Path | None:
    """Write the next migration under `folder`/versions; `None` where models and migrations agree.

    It compares on an empty SQLite database in memory, so no registry is touched.
    """
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    head = ScriptDirectory.from_config(config).get_current_head()
    with create_engine("sqlite://").begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        made = command.revision(
            config,
            message,
            autogenerate=True,
            rev_id=f"{int(head or 0) + 1:04d}",
            process_revision_directives=_drop_empty,
        )
    # One base gives one script; none is left where the hook below has dropped it.
    scripts = made if isinstance(made, list) else [made]
    return next((Path(script.path) for script in scripts if script is not None), None)


def _drop_empty(_context: MigrationContext, _revision: object, scripts: list[MigrationScript]) -> None:
    if all(operations.is_empty() for script in scripts for operations in script.upgrade_ops_list):
        scripts.clear()


def main() -> int:
    """Draft one with the message of the command line; 2 without a message, 1 where there is nothing to do."""
    message = " ".join(sys.argv[1:]).strip()
    if not message:
        sys.stderr.write('say why, as the title of the migration: make migration M="tools have an owner"\n')
        return 2
    written = draft(message)
    if written is None:
        sys.stderr.write("models and migrations agree: change registry/tables/ first\n")
        return 1
    sys.stdout.write(f"{written}: read it, correct it, and run the tests in tests/app/test_migrate.py\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
