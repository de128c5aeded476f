"""Reads a document's clauses: the room's one class, built once per ruleset."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from extractors.clauses.audiences import Sections
from extractors.clauses.choices import with_choices
from extractors.clauses.course import Course
from extractors.clauses.details import audience_of, period_days
from extractors.clauses.digest import clause_digest
from extractors.clauses.hits import (
    AUDIENCE_EFFECTS,
    Hit,
    Sentence,
    bidding,
    choose,
    left_open,
    stands_alone,
    told,
)
from extractors.clauses.matching import PatternMatcher, RunBook
from extractors.clauses.offering import Passage, Proposer, proposed_clause
from extractors.clauses.passages import Neighbours, passage_of
from extractors.clauses.stance import Mark, judge, visible
from extractors.clauses.structure import Unit, read_units, strip_markup
from extractors.clauses.terms import CONTENT_WORD, VENDOR_WORD, DefinedTerms, find_terms
from extractors.clauses.tokens import Span, Tokens, plain_text, tokenize, words_of
from extractors.model import Audience, Clause, DataKind, Document, Family, Reading, Stance
from extractors.ruleset import Effect, Ruleset

_SEPARATOR = " › "
_STATES_NOTHING = re.compile(r"[☐❏▢]|\[ ?\]\s|\W*!?\[[^\]\[]*\]\([^()\s]*\)[\W_]*$")
"""A box left empty, and a link alone: what was not chosen, or stands elsewhere."""


@dataclass(frozen=True, slots=True)
class _Section:
    """What a section's headings say of all its sentences."""

    audience: list[Mark]
    aside: bool
    """Whether it is about something else than data."""


class _Places:
    """Where in a document its sentences stand: what their headings and sections say of them."""

    def __init__(self, text: str, read_section: Callable[[tuple[str, ...]], _Section]) -> None:
        self._sections = Sections(text)
        self._read_section = read_section
        self._known: dict[tuple[str, ...], _Section] = {}
        self._title: tuple[str, ...] = ()

    def enter(self, unit: Unit, raw: str) -> None:
        """Go on to the next sentence."""
        self._title = self._title or unit.headings[:1]
        self._sections.enter(unit.headings, raw)

    def section(self, unit: Unit) -> _Section:
        """Return what the headings above a sentence say."""
        if unit.headings not in self._known:
            # The title names the document; what it governs is not said of one sentence.
            named = unit.headings[1:] if unit.headings[:1] == self._title else unit.headings
            self._known[unit.headings] = self._read_section(named)
        return self._known[unit.headings]

    def audience(self, unit: Unit, sentence: Sentence) -> Audience:
        """Return whom a sentence is for: by itself, by its section, or by the document."""
        return (
            audience_of([mark for mark in sentence.marks if mark.effect in AUDIENCE_EFFECTS])
            or self._sections.audience(unit.headings)
            or audience_of(self.section(unit).audience)
            or self._sections.of_all()
        )


class ClauseReader:
    """Reads documents under one ruleset."""

    def __init__(self, ruleset: Ruleset, proposer: Proposer | None = None) -> None:
        """`proposer` offers clauses where no rule finds any of a family; without one, rules read alone."""
        self.ruleset = ruleset
        self._proposer = proposer
        self._order = {rule.id: number for number, rule in enumerate(ruleset.rules)}
        self._modifiers = {modifier.id: modifier for modifier in ruleset.modifiers}
        common = ruleset.classes.get("common", frozenset())
        self._roles = ruleset.classes.get("role", frozenset())
        book = RunBook()
        self._rules = PatternMatcher({rule.id: rule.patterns for rule in ruleset.rules}, common, book)
        # By pattern number: a rule that continues a clause costs nothing where none stands before.
        self._follows = [rule.follows for rule in ruleset.rules for _ in rule.patterns]
        self._details = PatternMatcher(
            {f"modifier:{modifier.id}": modifier.patterns for modifier in ruleset.modifiers}
            | {f"kind:{kind}": patterns for kind, patterns in ruleset.kinds.items()}
            | {f"unless:{rule.id}": rule.unless for rule in ruleset.rules if rule.unless},
            common,
            book,
        )

    def read(self, document: Document) -> Reading:
        """Return all clauses of a document, in reading order; never fails on strange text."""
        terms = find_terms(document.text, self._roles)
        places = _Places(document.text, self._section)
        neighbours = Neighbours()
        course = Course()
        clauses: list[Clause] = []
        proposed: list[Clause] = []
        for number, unit in enumerate(read_units(document.text)):
            raw = document.text[unit.start : unit.end]
            places.enter(unit, raw)
            before = neighbours.before(unit, raw)
            if _STATES_NOTHING.match(raw):
                continue
            continues = course.open_families(number, unit)
            words = words_of(raw)
            hits, sentence = self._hits(raw, words, unit.lead, terms, continues)
            if sentence is not None and hits:
                section = places.section(unit)
                heard = [hit for hit in hits if not section.aside or stands_alone(hit, sentence)]
                audience = places.audience(unit, sentence)
                for chosen in choose(heard, self._order):
                    hit = course.carried(chosen, continues)
                    course.note(number, unit, hit)
                    clauses.append(_clause(unit, raw, hit, sentence, audience))
            families = self._worth_asking(words, hits)
            if families:
                passage = passage_of(unit, raw, before, terms)
                proposed += self._proposed(unit, raw, passage, families, places)
        # What a neighbouring sentence says of choices concerns what rules found.
        read = sorted((*with_choices(clauses, document.text), *proposed), key=lambda clause: clause.start)
        return Reading(document.digest, self.ruleset.version, tuple(read))

    def read_sentence(self, text: str, lead: str = "") -> list[tuple[str, Stance | None]]:
        """Return rule and stance of what stands in one sentence: what rule examples are tested with."""
        terms = find_terms("", self._roles)
        hits, _ = self._hits(text, words_of(text), lead, terms, set(Family))
        return [(hit.rule.id, hit.judgement.stance) for hit in hits]

    def modifiers_of(self, text: str) -> set[str]:
        """Return the identifiers of the modifiers in one sentence."""
        tokens = tokenize("", plain_text(text))
        found = self._details.find(tokens, self._details.candidates(words_of(text)))
        marks = [self._mark(name, span) for name, span in found if name.startswith("modifier:")]
        shown = {mark.id for mark in visible(marks)}
        return shown | {mark.id for mark in marks if mark.effect is Effect.PSEUDO}

    def _worth_asking(self, words: set[str], hits: list[Hit]) -> frozenset[Family]:
        """Return the families of which no rule found anything, and of which the sentence may tell."""
        if self._proposer is None:
            return frozenset()
        return self._proposer.worth_asking(words) - {hit.rule.family for hit in hits}

    def _proposed(
        self, unit: Unit, raw: str, passage: Passage, families: frozenset[Family], places: _Places
    ) -> list[Clause]:
        offers = self._proposer.offers(passage, families) if self._proposer else ()
        if not offers or places.section(unit).aside:
            return []
        words = words_of(f"{unit.lead} {raw}") | {CONTENT_WORD, VENDOR_WORD}
        sentence, _ = self._describe(tokenize(passage.lead, passage.sentence), passage.sentence, words)
        audience = places.audience(unit, sentence)
        return [proposed_clause(offer, unit, raw, _heading(unit), audience) for offer in offers]

    def _hits(
        self, raw: str, own_words: set[str], lead: str, terms: DefinedTerms, follows: set[Family]
    ) -> tuple[list[Hit], Sentence | None]:
        words = own_words | (words_of(lead) if lead else set())
        if words & terms.words:
            words |= {CONTENT_WORD, VENDOR_WORD}
        numbers = [
            number
            for number in self._rules.candidates(words)
            if (before := self._follows[number]) is None or before in follows
        ]
        if not numbers:
            return [], None
        plain = plain_text(terms.write_plainly(raw))
        tokens = tokenize(plain_text(terms.write_plainly(lead)), plain)
        found = self._rules.find(tokens, numbers)
        if not found:
            return [], None
        sentence, blocked = self._describe(tokens, plain, words)
        judged = [
            Hit(rule, span, judgement, sentence.kinds or rule.data, rule.purpose)
            for name, span in found
            if (rule := self.ruleset.rules[self._order[name]])
            and name not in blocked
            and (judgement := judge(rule, span, sentence.marks, tokens)) is not None
            and (sentence.kinds or not rule.needs_data or judgement.stance is not Stance.PERMITS)
        ]
        return judged, sentence

    def _describe(self, tokens: Tokens, plain: str, words: set[str]) -> tuple[Sentence, set[str]]:
        numbers = self._details.candidates(words)
        found = self._details.find(tokens, numbers)
        everywhere = self._details.find(replace(tokens, own=0), numbers) if tokens.own else found
        marks = visible([self._mark(name, span) for name, span in everywhere if name.startswith("modifier:")])
        marks += left_open(tokens) + bidding(tokens)
        own_kinds = {name.removeprefix("kind:") for name, _ in found if name.startswith("kind:")}
        all_kinds = {name.removeprefix("kind:") for name, _ in everywhere if name.startswith("kind:")}
        blocked = {name.removeprefix("unless:") for name, _ in found if name.startswith("unless:")}
        kinds = tuple(kind for kind in DataKind if kind.value in (own_kinds or all_kinds))
        return Sentence(tokens, plain, tuple(marks), kinds, bool(own_kinds)), blocked

    def _mark(self, name: str, span: Span) -> Mark:
        modifier = self._modifiers[name.removeprefix("modifier:")]
        return Mark(modifier.effect, modifier.id, span)

    def _section(self, headings: tuple[str, ...]) -> _Section:
        """Read headings: whom the section is for, and whether the nearest that tells is on other matters."""
        audience: list[Mark] = []
        aside: bool | None = None
        for heading in reversed(headings):
            marks = self._heading_marks(heading)
            effects = {mark.effect for mark in marks}
            audience = [mark for mark in marks if mark.effect in AUDIENCE_EFFECTS] + audience
            if aside is None and effects & {Effect.ASIDE, Effect.MATTER}:
                aside = Effect.MATTER not in effects
        return _Section(audience, bool(aside))

    def _heading_marks(self, heading: str) -> list[Mark]:
        tokens = tokenize("", plain_text(heading))
        found = self._details.find(tokens, self._details.candidates(words_of(heading)))
        return [self._mark(name, span) for name, span in found if name.startswith("modifier:")]


def _heading(unit: Unit) -> str:
    return _SEPARATOR.join(strip_markup(title) for title in unit.headings)


def _clause(unit: Unit, raw: str, hit: Hit, sentence: Sentence, audience: Audience) -> Clause:
    stance = hit.judgement.stance
    return Clause(
        family=hit.rule.family,
        stance=stance,
        party=hit.judgement.party,
        data=hit.data,
        purpose=hit.purpose,
        period_days=period_days(sentence.plain) if stance is Stance.BOUNDED else None,
        audience=audience,
        start=unit.start,
        end=unit.end,
        quote=raw,
        heading=_heading(unit),
        rule=hit.rule.id,
        modifiers=tuple(told(hit, sentence)),
        digest=clause_digest(hit.rule.family, stance, audience, raw),
    )
