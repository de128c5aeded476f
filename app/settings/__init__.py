"""What differs between deployments: read once from the environment, handed inward from the edge.

Every setting is an environment variable `TERMGATE_NAME`; behaviour that people review (policies, rules,
the catalogue) stands in files instead. `deployment` lists the settings, `kinds` says what each may be.
"""

from app.settings.deployment import PAGES, Settings

__all__ = ["PAGES", "Settings"]
