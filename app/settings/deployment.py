"""One deployment's settings, and what has to fit together among them."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.settings.kinds import (
    Address,
    Contact,
    Domains,
    Groups,
    Issuer,
    Level,
    LongKey,
    Networks,
    SafeAddress,
    Scope,
    is_safe,
)

PAGES = "/ui"
"""Where the pages for people stand."""


class Settings(BaseSettings):
    """One deployment's settings."""

    model_config = SettingsConfigDict(env_prefix="TERMGATE_", frozen=True, extra="ignore")

    data_dir: Path = Field(default=Path("var"), description="Folder of the embedded databases.")
    database_url: str = Field(default="", description="SQLAlchemy URL; empty: SQLite in the data folder.")
    jobs_url: str = Field(default="", description="Work queue's database; empty: SQLite in the data folder.")
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=1, le=65535, description="Port to listen on.")
    base_url: Address = Field(default="", description="Public address; empty: http://HOST:PORT.")
    requests_url: SafeAddress = Field(
        default="",
        description="Where systems ask for access after a denial that people can lift; empty: not offered.",
    )
    contact: Contact = Field(
        default="https://termgate.example/contact",
        description="Address that the fetcher names in its user agent, so that a site can reach you.",
    )
    allowed_networks: Networks = Field(
        default=(),
        description="Comma-separated networks or addresses that may be fetched although they are private.",
    )
    connect_timeout_s: float = Field(default=10.0, gt=0, description="Seconds to open a connection.")
    read_timeout_s: float = Field(default=20.0, gt=0, description="Seconds between two pieces of an answer.")
    total_timeout_s: float = Field(default=60.0, gt=0, description="Seconds for a page, redirects included.")
    render: bool = Field(
        default=False, description="Whether pages that only a script shows are rendered by a browser."
    )
    chromium: str = Field(default="/usr/bin/chromium", description="The system's Chromium.")
    render_user: str = Field(
        default="nobody", description="Whom the browser runs as where Termgate itself runs as root."
    )
    render_sandbox: bool = Field(
        default=True, description="Whether the browser must have its sandbox; without one it does not start."
    )
    policy: str = Field(
        default="default", description="Policy until one is adopted: a shipped one's name, or a file."
    )
    recrawl_cron: str = Field(
        default="*/10 * * * *", description="When sources that are due are looked for (UTC)."
    )
    host_gap_s: float = Field(
        default=1.0, ge=0, description="Seconds between two requests to one host, from all workers together."
    )
    failing_after: int = Field(
        default=3, ge=1, description="Failed looks in a row after which a source counts as failing."
    )
    worker_id: str = Field(
        default="",
        pattern=r"^[\w.-]*$",
        description="Unique name of a worker process; empty: made for it, the same each time.",
    )
    lookups_kept_days: int = Field(default=400, ge=1, description="Days that look-ups stay on record.")
    lookups_hashed: str = Field(
        default="subject",
        description="Comma-separated: what of look-ups is recorded hashed: `subject`, context fields.",
    )
    lookups_dropped: str = Field(
        default="", description="Comma-separated: what of look-ups is not recorded, named in the same way."
    )
    receipt_keys: SecretStr = Field(
        default=SecretStr(""),
        description="Private keys of receipts, a JWK set; empty: made once and kept in the data folder.",
    )
    lookups_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Key of those hashes; empty: made once and kept in the data folder.",
    )
    webhooks_secret: LongKey = Field(
        default=SecretStr(""),
        description="Key that webhooks' secrets come from; empty: made once and kept in the data folder.",
    )
    worker_nice: int = Field(
        default=10,
        ge=0,
        le=19,
        description="How far a worker stands back for look-ups, as `nice` has it; 0 on a machine of its own.",
    )
    log_level: Level = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    oidc_issuer: Issuer = Field(
        default="",
        description="OpenID Connect provider that people sign in with, as it calls itself; empty: none.",
    )
    oidc_client_id: str = Field(default="", description="What the provider calls Termgate.")
    oidc_client_secret_file: str = Field(
        default="", description="File that holds the client's secret, not readable by everybody."
    )
    oidc_name: str = Field(
        default="your company account", description="What the button says after `Sign in with`."
    )
    oidc_contact: str = Field(
        default="",
        description="Whom a page tells people to ask who may not come in; empty: whoever runs this.",
    )
    oidc_scope: Scope = Field(default="openid profile email", description="Scopes that are asked for.")
    oidc_groups_claim: str = Field(
        default="groups",
        description="Claim of the ID token that holds a person's groups; dots lead into objects.",
    )
    oidc_admin_groups: Groups = Field(
        default=(), description="Groups, with `;` between them, whose people are administrators."
    )
    oidc_reviewer_groups: Groups = Field(default=(), description="The same, for reviewers.")
    oidc_manager_groups: Groups = Field(default=(), description="The same, for managers.")
    oidc_lookup_groups: Groups = Field(default=(), description="The same, for people who may ask only.")
    oidc_name_claim: str = Field(
        default="preferred_username",
        description="Claim that a person's name in the audit log is made from, once.",
    )
    oidc_mail_domains: Domains = Field(
        default=(),
        description="Comma-separated domains; where any is named, only verified addresses in them come in.",
    )
    local_links: bool = Field(
        default=True,
        description="Whether links are made on the pages; if not, only by `termgate sign-in --reason`.",
    )

    @model_validator(mode="after")
    def _can_sign_in(self) -> Self:
        if not self.oidc_issuer:
            if not self.local_links:
                raise ValueError(
                    "TERMGATE_LOCAL_LINKS may only be off where TERMGATE_OIDC_ISSUER names a provider"
                )
            return self
        if not self.oidc_client_id:
            raise ValueError("TERMGATE_OIDC_CLIENT_ID must be set beside TERMGATE_OIDC_ISSUER")
        if not self.oidc_client_secret_file:
            raise ValueError("TERMGATE_OIDC_CLIENT_SECRET_FILE must be set beside TERMGATE_OIDC_ISSUER")
        if not is_safe(self.base_url):
            raise ValueError(
                "TERMGATE_BASE_URL must be an address with https:// where people sign in with a provider"
            )
        if not (
            self.oidc_admin_groups
            or self.oidc_reviewer_groups
            or self.oidc_manager_groups
            or self.oidc_lookup_groups
        ):
            raise ValueError(
                "TERMGATE_OIDC_REVIEWER_GROUPS or that of another role must be set: nobody could come in"
            )
        return self

    @property
    def registry_file(self) -> Path | None:
        """Where the embedded registry stands; none where another database is named."""
        return None if self.database_url else self.data_dir / "termgate.db"

    @property
    def registry_url(self) -> str:
        """SQLAlchemy URL of the registry."""
        return self.database_url or f"sqlite:///{self.registry_file}"

    @property
    def queue_url(self) -> str:
        """SQLAlchemy URL of the durable work queue."""
        return self.jobs_url or f"sqlite:///{self.data_dir / 'jobs.db'}"

    @property
    def address(self) -> str:
        """The address that people and other systems use."""
        return self.base_url or f"http://{self.host}:{self.port}"

    def sign_in_address(self, secret: str) -> str:
        """Where a link's secret signs a person in to the pages."""
        return f"{self.address}{PAGES}/sign-in?link={secret}"
