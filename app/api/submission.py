"""What a submission may hold, and its way into the registry's own values.

A submitted tool has the form of a tool in the catalogue, with its vendor beside it.
"""

from typing import Annotated, Final

from pydantic import Discriminator, Field, Tag

from app.api.forms import AudienceWord, Form, Line, TermsTypeWord
from app.domains import refuse_shared_hosts
from registry.cadence import DEFAULT_DAYS, MAX_DAYS
from registry.closed import Path as KeyPath
from registry.entries import (
    AliasEntry,
    EntryError,
    PlanEntry,
    SourceEntry,
    ToolEntry,
    VendorEntry,
    validate_vendor,
)
from registry.model import AliasKind
from registry.names import port_problem, url_problem

MAX_FEW: Final = 50
MAX_MANY: Final = 500


class VendorForm(Form):
    """The company; one that the registry knows keeps its name."""

    slug: Line
    name: Line


class PlanBody(Form):
    """A tier or surface of the tool with its own terms: the unit of approval."""

    name: Line
    audience: AudienceWord


class PlanForm(PlanBody):
    """A plan with its name in addresses."""

    slug: Line


class AliasesForm(Form):
    """Other names that systems see."""

    host: list[Line] = Field(default_factory=list, max_length=MAX_MANY)
    package: list[Line] = Field(default_factory=list, max_length=MAX_MANY)
    model: list[Line] = Field(default_factory=list, max_length=MAX_MANY)
    extension: list[Line] = Field(default_factory=list, max_length=MAX_MANY)


class SourceBody(Form):
    """Where one terms document stands: pages by URL, or an upload that follows."""

    type: TermsTypeWord
    plans: list[Line] = Field(max_length=MAX_FEW, description="Slugs of the plans that it governs.")
    urls: list[Line] = Field(default_factory=list, max_length=MAX_FEW, description="Its pages, in order.")
    upload: bool = Field(default=False, description="Uploaded instead of fetched; then `urls` is left out.")
    select: list[Line] = Field(
        default_factory=list, max_length=MAX_FEW, description="CSS selectors of what is terms; none: found."
    )
    remove: list[Line] = Field(
        default_factory=list, max_length=MAX_FEW, description="CSS selectors of what is not."
    )
    cadence_days: int = Field(
        default=DEFAULT_DAYS, ge=1, le=MAX_DAYS, description="How often its pages are looked at."
    )


class SourceForm(SourceBody):
    """A source with its name in addresses."""

    slug: Line


class NewTool(Form):
    """A tool to take into the registry."""

    vendor: VendorForm
    slug: Line
    name: Line
    plans: list[PlanForm] = Field(max_length=MAX_FEW)
    aliases: AliasesForm = AliasesForm()
    sources: list[SourceForm] = Field(max_length=MAX_FEW)


class ListedTool(Form):
    """A tool of the catalogue, to be submitted as it is listed."""

    listed: Line = Field(description="The tool's slug: `vendor/tool`.")


def _which(body: object) -> str:
    return "(listed)" if isinstance(body, dict) and "listed" in body else "(new)"


Submission = Annotated[
    Annotated[NewTool, Tag("(new)")] | Annotated[ListedTool, Tag("(listed)")], Discriminator(_which)
]
"""Either of them; told apart by the key `listed`, so that mistakes are told of the one that was meant."""

EXAMPLES: Final = {
    "pages": {
        "summary": "A tool whose terms stand on public pages",
        "value": {
            "vendor": {"slug": "acme", "name": "Acme"},
            "slug": "painter",
            "name": "Acme Painter",
            "plans": [
                {"slug": "free", "name": "Free", "audience": "consumer"},
                {"slug": "team", "name": "Team", "audience": "business"},
            ],
            "aliases": {"host": ["painter.acme.example"], "package": ["pkg:pypi/acme-painter"]},
            "sources": [
                {
                    "slug": "terms-of-service",
                    "type": "Terms of Service",
                    "urls": ["https://acme.example/terms"],
                    "plans": ["free", "team"],
                }
            ],
        },
    },
    "upload": {
        "summary": "A tool under a negotiated contract, uploaded afterwards",
        "value": {
            "vendor": {"slug": "acme", "name": "Acme"},
            "slug": "narrator",
            "name": "Acme Narrator",
            "plans": [{"slug": "enterprise", "name": "Enterprise", "audience": "business"}],
            "sources": [
                {"slug": "contract", "type": "Contract", "upload": True, "plans": ["enterprise"]},
            ],
        },
    },
    "listed": {"summary": "A tool of the catalogue, as listed", "value": {"listed": "acme/painter"}},
}


SOURCE_EXAMPLES: Final = {
    "pages": {
        "summary": "Terms on public pages, with what of them is terms",
        "value": {
            "type": "Terms of Service",
            "urls": ["https://acme.example/legal/terms"],
            "select": ["main"],
            "plans": ["free", "team"],
        },
    },
    "upload": {
        "summary": "A contract that was signed later, uploaded afterwards",
        "value": {"type": "Contract", "upload": True, "plans": ["team"]},
    },
}


def entry_of(form: NewTool, *, any_port: bool) -> VendorEntry:
    """The vendor with this one tool; raises `EntryError` with the place in the body."""
    for at, source in enumerate(form.sources):
        _check_kind(source, ("sources", at))
    vendor = VendorEntry(slug=form.vendor.slug, name=form.vendor.name, tools=(_tool(form),))
    try:
        validate_vendor(vendor)
        refuse_shared_hosts(vendor)
    except EntryError as error:
        raise EntryError(_place(error.path), error.message) from error
    if not any_port:
        for at, source in enumerate(form.sources):
            _check_ports(source, ("sources", at))
    return vendor


def source_of(slug: str, form: SourceBody, *, any_port: bool) -> SourceEntry:
    """The source of that slug; raises `EntryError` with the place in the body.

    Whether it fits its tool is for the registry to say.
    """
    _check_kind(form, ())
    if not any_port:
        _check_ports(form, ())
    return _source(slug, form)


def _tool(form: NewTool) -> ToolEntry:
    return ToolEntry(
        slug=form.slug,
        name=form.name,
        plans=tuple(PlanEntry(plan.slug, plan.name, plan.audience) for plan in form.plans),
        aliases=tuple(
            AliasEntry(kind, value) for kind in AliasKind for value in getattr(form.aliases, kind.value)
        ),
        sources=tuple(_source(source.slug, source) for source in form.sources),
    )


def _source(slug: str, form: SourceBody) -> SourceEntry:
    return SourceEntry(
        slug=slug,
        terms_type=form.type,
        urls=tuple(form.urls),
        select=tuple(form.select),
        remove=tuple(form.remove),
        plans=tuple(form.plans),
        cadence_days=form.cadence_days,
    )


def _check_kind(source: SourceBody, place: KeyPath) -> None:
    """Pages or an upload: a source that forgot its pages must not wait for an upload for ever."""
    if source.upload and source.urls:
        raise EntryError((*place, "urls"), "an upload has no pages; leave out `urls` or `upload`")
    if not source.upload and not source.urls:
        message = "names no page; add its address, or say `upload: true` and upload it afterwards"
        raise EntryError((*place, "urls"), message)


def _check_ports(source: SourceBody, place: KeyPath) -> None:
    """Check addresses for a port that is never asked."""
    for at, url in enumerate(source.urls):
        problem = url_problem(url) or port_problem(url)
        if problem is not None:
            raise EntryError((*place, "urls", at), problem)


def _place(path: KeyPath) -> KeyPath:
    """From a place in the vendor's entry to the one in the body, where the tool stands outermost."""
    if path[:2] == ("tools", 0):
        return path[2:]
    return ("vendor", *path)
