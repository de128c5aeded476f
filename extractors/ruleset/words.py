"""The words of rules: what finds a clause, what changes it, and the sentences that show both."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from extractors.model import DataKind, Family, Purpose, Stance
from extractors.pattern import Pattern


class Effect(StrEnum):
    """What a modifier does to the rules' hits in its scope."""

    NEGATION = "negation"
    ONLY = "only"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    UNLESS = "unless"
    """`unless you agree`: opt in after a negation, a way to opt out of what is otherwise done."""
    CONDITION = "condition"
    """`if you enable …`: opt in; before a negation it is the way to opt out."""
    DEFAULT = "default"
    """`by default`: with a negation, the customer may still choose otherwise."""
    PSEUDO = "pseudo"
    """Looks like another modifier and is none: hides what it overlaps."""
    TERMINATOR = "terminator"
    """Ends the scope of a negation."""
    VENDOR = "vendor"
    """The vendor, or a third party it gives data to, acts."""
    CUSTOMER = "customer"
    """The customer acts: what follows binds the customer."""
    OTHER = "other"
    """Neither acts: an auditor, a court, both parties alike."""
    CONSUMER = "consumer"
    BUSINESS = "business"
    API = "api"
    ASIDE = "aside"
    """In a heading: the section is about something else than data, such as the law that governs."""
    MATTER = "matter"
    """In a heading: the section is about data, whatever else it is about."""
    # What follows changes no stance: it tells how far a clause reaches.
    PART = "part"
    """It speaks of one feature, connector or kind of data, not of content as a whole."""
    ASK = "ask"
    """It holds for a customer who asks, pays or qualifies."""
    ENDING = "ending"
    """It holds at the end of the agreement or the account, whoever asks."""
    RESERVE = "reserve"
    """It is for law, safety, disputes or backups."""
    SERVING = "serving"
    """It is for serving the customer, for as long as there is an account."""
    AT_LARGE = "at_large"
    """It is for the vendor's own ends, or has no end."""
    STORING = "storing"
    """It tells that data is stored, and not for how long."""
    CONFINED = "confined"
    """It reaches as far as what is permitted elsewhere."""
    CONTACT = "contact"
    """It is about messages to the customer."""


REACHING = frozenset(
    {
        Effect.PART,
        Effect.ASK,
        Effect.ENDING,
        Effect.RESERVE,
        Effect.SERVING,
        Effect.AT_LARGE,
        Effect.STORING,
        Effect.CONFINED,
        Effect.CONTACT,
    }
)
"""Effects that change no stance and are told with every clause of their sentence."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence in its place, and the stance a hit must have there."""

    text: str
    lead: str = ""
    """What it is read with: a list's introduction, a heading, the sentence before."""
    stance: Stance | None = None


@dataclass(frozen=True, slots=True)
class Modifier:
    """Patterns with one effect."""

    id: str
    effect: Effect
    patterns: tuple[Pattern, ...]
    hits: tuple[Example, ...]
    misses: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns that find one kind of clause."""

    id: str
    family: Family
    stance: Stance | None
    """The stance where no modifier says otherwise."""
    fixed: bool
    """Whether modifiers leave the stance alone."""
    negated: Stance | None
    """The stance under a negation; `None`: what is denied is no clause (only with `fixed`)."""
    limited: Stance | None
    """The stance under `only`; `None`: the limit changes nothing ("only to train our models" permits)."""
    chosen: Stance | None
    """The stance of a fixed rule where the customer chooses it; `None`: a choice changes nothing."""
    purpose: Purpose | None
    data: tuple[DataKind, ...]
    """What it speaks of where the sentence names nothing."""
    party: bool
    """Whether a hit is dropped where the customer acts."""
    needs_data: bool
    """Whether a permission must name the customer's data, in the sentence or in what it is read with.

    A denial or a choice need not: nobody denies doing it with data that is not the customer's.
    """
    follows: Family | None
    """Only right after a clause of this family under the same heading."""
    echo: bool
    """It says what the clause it follows said: its stance and purpose are that clause's."""
    patterns: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    """Patterns that make a hit a false one."""
    hits: tuple[Example, ...]
    near: tuple[Example, ...]
    misses: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All rules and modifiers, in the order of their files: an earlier rule goes first."""

    version: str
    rules: tuple[Rule, ...]
    modifiers: tuple[Modifier, ...]
    kinds: Mapping[DataKind, tuple[Pattern, ...]]
    """What names a kind of data."""
    classes: Mapping[str, frozenset[str]]
