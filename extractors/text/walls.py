"""Pages that are no terms: challenges, log-ins, cookie banners, script shells, errors, foreign languages.

Structure and what prose is left are judged together: terms that carry a log-in link, a banner or a `noscript`
stay terms, since no wall holds as many words as terms do.
"""

import re
from dataclasses import dataclass, field

from extractors.model import Failure
from extractors.text.errors import ReadError
from extractors.text.language import Language, detect
from extractors.text.soup import Signs

_CHALLENGE = re.compile(
    r"checking (?:your|if the site) (?:browser|connection)|just a moment|attention required"
    r"|verify(?:ing)? (?:that )?you are (?:a )?(?:human|not a (?:ro)?bot)|are you (?:a )?(?:human|(?:ro)?bot)"
    r"|enable javascript and cookies to continue|ddos protection|security check|captcha|\bray id\b"
    r"|unusual (?:traffic|activity) from|request (?:was |has been )?(?:blocked|unsuccessful)"
    r"|pardon our interruption|you have been blocked|access (?:to this page has been |is )?denied|incapsula"
    r"|press (?:&|and) hold"
    r"|needs to review the security"
)
_CHALLENGE_SCRIPT = re.compile(
    r"challenge-platform|challenges\.cloudflare|captcha-delivery|px-cloud|perimeterx|_incapsula_resource|awswaf"
)
_LOGIN = re.compile(
    r"\b(?:sign|log) ?in\b|\blogin\b|\bsign into\b|\blog into\b|\bforgot (?:your )?password\b"
)
_LOGIN_TITLE = re.compile(r"(?:sign|log)[ -]?in\b|.{0,40}[|–—-] ?(?:sign|log)[ -]?in$")
_CONSENT = re.compile(
    r"\b(?:accept|reject|allow|decline) (?:all|cookies)|\bcookie (?:settings|preferences)"
    r"|\bstore and(?:/or)? access\b|\b(?:we use|uses) cookies\b|\bmanage (?:options|preferences|choices)\b"
)
_SCRIPT = re.compile(
    r"(?:enable|requires?|needs?|turn on|without) java ?script"
    r"|java ?script (?:is )?(?:disabled|required|enabled|off)"
    r"|doesn[’']t work (?:properly )?without java ?script"
)
_ERROR = re.compile(
    r"\b404\b|\b50[0234]\b|not found|no longer (?:available|exists)|\boops\b|something went wrong|bad gateway"
    r"|(?:page|site|content) (?:is |you .{1,40} )?(?:does ?n[o’']t exist|unavailable|missing)|\berror\b"
    r"|forbidden|under (?:maintenance|construction)|coming soon|page (?:has )?moved|domain (?:is )?for sale"
)

_CHALLENGE_WORDS = 250
_LOGIN_WORDS = 150
_CONSENT_WORDS = 60
_ERROR_WORDS = 150
_TERMS_WORDS = 40
_NEARLY_EMPTY = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a judge needs of a page."""

    text: str
    signs: Signs = field(default_factory=Signs)
    consent: str = ""
    """Text of cookie banners that were taken away."""
    chosen: bool = False
    """Whether a person chose this part or file: then being short is no reason to refuse it."""


def refusal(evidence: Evidence) -> ReadError | None:
    """Why a page is no terms; `None` where it may be."""
    return _wall(evidence) or _unread(evidence)


def foreign(language: Language) -> ReadError | None:
    """The refusal of a text that is not in English."""
    if language.english:
        return None
    name = "another language" if language.code == "und" else f"the language {language.code!r}"
    return ReadError(
        Failure.FOREIGN_LANGUAGE, f"the text seems to be in {name}; give the address of the English version"
    )


def _wall(evidence: Evidence) -> ReadError | None:
    """A page that stands in front of the terms."""
    signs, words = evidence.signs, len(evidence.text.split())
    seen = f"{signs.title} {evidence.text[:4000]}".lower()
    challenged = words < _CHALLENGE_WORDS and _CHALLENGE.search(f"{seen} {signs.noscript[:1000].lower()}")
    if challenged or (words < _TERMS_WORDS and _CHALLENGE_SCRIPT.search(signs.script_sources)):
        return ReadError(
            Failure.BOT_WALL,
            f"a challenge page ({_shown(evidence)}) stands in place of the terms; upload the page as a file",
        )
    titled = _LOGIN_TITLE.match(signs.title.lower()) is not None
    asked = (signs.password and (titled or _LOGIN.search(seen))) or (titled and words < _CONSENT_WORDS)
    if words < _LOGIN_WORDS and (asked or (signs.password and words < _TERMS_WORDS)):
        return ReadError(
            Failure.LOGIN_FORM,
            f"a log-in form ({_shown(evidence)}) stands in place of the terms; upload the page as a file",
        )
    asks = set(_CONSENT.findall(seen)) if words < _CONSENT_WORDS else set()
    if len(asks) > 1 or (words < _TERMS_WORDS and (evidence.consent or asks)):
        return ReadError(
            Failure.CONSENT_BANNER,
            f"only a cookie banner was received, with {words} words beside it; upload the page as a file",
        )
    return None


def _unread(evidence: Evidence) -> ReadError | None:
    """A page without enough text to be terms, or without enough that can be read."""
    signs, words = evidence.signs, len(evidence.text.split())
    low = f"{signs.noscript} {evidence.text if words < _CONSENT_WORDS else ''}".lower()
    shell = _SCRIPT.search(low) or signs.root or (signs.scripts and words < _NEARLY_EMPTY)
    if words < _TERMS_WORDS and shell and not evidence.chosen:
        return ReadError(
            Failure.SCRIPT_SHELL,
            f"a script would render all but {words} words; upload the page as a browser saves it",
        )
    if not words:
        return ReadError(
            Failure.EMPTY, "the page holds no text; check its address, or upload the terms as a file"
        )
    if words < _ERROR_WORDS and not evidence.chosen and _ERROR.search(_headline(evidence)):
        return ReadError(
            Failure.NOT_TERMS,
            f"an error page ({_shown(evidence)}) stands in place of the terms; check the address",
        )
    if (other := foreign(detect(evidence.text))) is not None:
        return other
    least = _NEARLY_EMPTY if evidence.chosen else _TERMS_WORDS
    if words >= least:
        return None
    framed = "; its text may stand in a frame, whose own address is needed" if signs.frames else ""
    return ReadError(
        Failure.NOT_TERMS,
        f"{words} words ({_shown(evidence)}) are too few to be terms{framed}; check the address",
    )


def _headline(evidence: Evidence) -> str:
    """Title, and the first lines of the text: where an error page says what it is."""
    first = " ".join(evidence.text.split("\n", maxsplit=4)[:4])
    return f"{evidence.signs.title} {first[:200]}".lower()


def _shown(evidence: Evidence) -> str:
    words = (evidence.signs.title or evidence.text or evidence.signs.noscript).split()
    return f"“{' '.join(words[:8])[:80]}”" if words else "without words"
