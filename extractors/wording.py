"""What a clause's own words tell of its reach that no modifier marks.

A choice for residents of one region is none for all, a licence over what the customer publishes is the
customer's choice, a list of billing and account matters is about the account. Only this module reads a
clause's quote; it needs no modifiers, so that clauses from elsewhere are weighed like those of the rules.
"""

import re

from extractors.model import Clause, Purpose, Stance


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_REGION = _any(
    r"\b(?:located|based|resid(?:e|es|ing|ents?)|living|domiciled|users?|customers?|individuals|you are)\b"
    r"[^.;]{0,30}\b(?:in|of|from) (?:the )?(?:EU|EEA|UK|U\.K\.|European|United Kingdom|Switzerland|Brazil|"
    r"California|Colorado|Virginia|Texas|certain (?:states|countries|regions|jurisdictions))\b"
)
_SAME_RIGHT = _any(
    r"\b(?:this|that|these|such) (?:right|choice|option|request|objection)s?\b",
    r"^\W*upon (?:verification|receipt)\b",
)
_SHARED = _any(
    r"\b(?:by|if you|when you|once you|where you)\b[^.;:]{0,60}"
    r"\b(?:shar|publish|post|contribut|mak)(?:e|ed|es|ing)?\b(?:(?!grant|licen)[^.;:]){0,60}"
    r"\b(?:public(?:ly)?|with (?:others|other users|the community|everyone)|"
    r"(?:available|visible) to others)\b",
    r"\bshared (?:user )?content\b",
)
_TO_USERS = _any(
    r"\b(?:grants?|gives?)\b(?: to)? (?:all |each |other |any )*users\b",
    r"^\W*(?:\(?[ivxa-z]{1,4}\)\W*)?"
    r"(?:you (?:also )?(?:grant|agree to give)(?: to)?|to) (?:all |other |the )*users\b",
)
_OPERATING = _any(
    r"\bde-?bug\w*|\bquality assurance\b|\btroubleshoot\w*",
    r"\bsafety (?:tools|systems|checks|classifiers)\b|\bautomated content classifiers\b",
    r"\b(?:abuse|fraud|misuse|malware|spam) (?:detection|prevention|monitoring)\b",
)
_BETTERING = _any(
    r"\b(?:improv|enhanc|train|research|analytics|develop|fine.?tun|market)",
    r"\bnew (?:products?|services?|features?)\b",
)
_ACCOUNT = _any(
    r"\b(?:billing|invoicing|business contact information|financial reporting|accounting)\b",
    r"\b(?:account|contract) (?:management|administration)\b",
)
_CONTENT = _any(
    r"\b(?:inputs?|outputs?|prompts?|recordings|files)\b",
    r"\b(?:customer|controller|user|your) (?:data|content)\b",
)
_SUCCESSION = _any(
    r"\b(?:merger|acquisition|acquire[sd]?|bankruptcy|reorgani[sz]ation|insolvency|buys? us)\b",
    r"\b(?:change (?:in|of) control|business transfers?|corporate transaction)\b",
    r"\b(?:sale of (?:all|our|the|some)|transfer of (?:business|assets))\b",
)
_OWN_OFFER = _any(
    r"\b(?:market(?:ing)?|promot(?:e|ing)|offer(?:ing)? you)\b(?: \w+){0,2} (?:our|new|additional|other)\b"
    r"(?: \w+){0,3} (?:features|products|services)\b"
)
_BACK = _any(r"\b(?:the|this|that|such|these) (?:foregoing )?(?:licen[cs]es?|rights?)\b")
_GRANT = _any(r"\b(?:grant|grants|granting|give|gives|giving|permit|authori[sz]e)\b")
_STORES = _any(r"\b(?:retains?|retained|keeps?|kept|stores?|stored|collects?|includes?)\b")
_LASTING = _any(
    r"\b(?:long|longer|until|while|periods?|days?|months?|years?|during|throughout|after|following|beyond)\b",
    r"\b(?:indefinite(?:ly)?|perpetual(?:ly)?|forever|persist|continues?|remain(?:s|ing)?)\b",
    r"\bnot (?:be )?delet\w+\b",
    r"\b(?:necessary|need(?:ed|s)?|requires?|required|discretion|option|extent)\b",
    r"\b(?:cop(?:y|ies)|backups?|residual|despite|notwithstanding|even if|end|ends|terminat\w+|active)\b",
)
_PERIOD_ELSEWHERE = _any(
    r"\bthe (?:period for which|criteria used to determine)\b.{0,120}\b(?:retained|period)\b"
)
_SETTING = _any(
    r"\b(?:if|when|where|while)\b[^.;,]{0,80}\b"
    r"(?:(?:is|are|has been|have) (?:turned |switched )?on|enabled?|turned on|switched on|opted in(?:to)?)\b",
    r"\b(?:in|with|under|via|using|enabl\w+|activat\w+|choos\w+|select\w*)\b[^.;,]{0,40}\b\w+ mode\b",
)
_MODE = _any(r"\bmode\b")
_WAY_OUT = _any(
    r"\bopt(?:s|ed|ing)?[- ]?outs?\b|\bturn(?:s|ed|ing)? (?:it |this )?off\b|\bdisabl(?:e|ed|es|ing)\b",
    r"\b(?:you|users?|customers?) objects?\b|\bunless you (?:tell|ask|object)\b",
)
_CONSENT = _any(r"\bopt(?:s|ed|ing)?[- ]?in\b|\bconsents?\b|\bpermission\b|\bagrees?\b|\bauthori[sz]\w+")
_WISHED = _any(
    r"\b(?:as|so) long as (?:the )?(?:customer|controller|you|user)s? "
    r"(?:deems?|wish(?:es)?|wants?|chooses?|instructs?)\b",
    r"\b(?:you|customers?|owners?|admin(?:istrator)?s?) (?:can |may )?"
    r"(?:decides?|controls?|chooses?|sets?|configures?) how long\b",
)
_AT_WILL = _any(
    r"\bmay(?:,? (?:also|at (?:our|its) (?:sole )?(?:option|discretion)|at any time)){0,2},? "
    r"(?:delete|remove|destroy|erase)\b",
    r"\bat (?:our|its) (?:sole )?(?:option|discretion)\b",
    r"\bas long as (?:\w+ )?(?:necessary|needed|required)\b",
)
_EFFORT = _any(
    r"\bwhere(?:ver)? possible\b|\b(?:best|reasonable) efforts?\b|\bendeavou?rs?\b",
    r"\b(?:try|tries|aims?|intends?) to\b",
)
_DEVELOPS = _any(r"\bdevelop")
_LINK = re.compile(r"\]\([^()\s]{0,400}\)")


def _words(clause: Clause) -> str:
    """Return the quote without where its links lead."""
    return _LINK.sub("]", clause.quote)


def is_for_a_region(clause: Clause) -> bool:
    """Whether it speaks to residents of some countries or states alone."""
    return _REGION.search(_words(clause)) is not None


def speaks_of_the_same_right(clause: Clause) -> bool:
    """Whether it goes on about a right that the sentence before gives."""
    return _SAME_RIGHT.search(_words(clause)) is not None


def is_shared_by_choice(clause: Clause) -> bool:
    """Whether it is about what the customer shares with others, or a licence to other users alone."""
    if _SHARED.search(_words(clause)):
        return True
    return clause.purpose is Purpose.LICENCE and _TO_USERS.search(_words(clause)) is not None


def is_an_effort(clause: Clause) -> bool:
    """Whether it says what the vendor tries to do, which binds it to nothing."""
    return _EFFORT.search(_words(clause)) is not None


def only_operates(clause: Clause) -> bool:
    """Whether what it calls use is debugging, quality assurance or safety, and no betterment of anything."""
    return _OPERATING.search(_words(clause)) is not None and not _BETTERING.search(_words(clause))


def concerns_the_account(clause: Clause) -> bool:
    """Whether it lists billing and account matters and names nothing that the customer puts in."""
    return _ACCOUNT.search(_words(clause)) is not None and not _CONTENT.search(_words(clause))


def follows_the_business(clause: Clause) -> bool:
    """Whether data goes where the vendor's business goes: merger, sale, insolvency."""
    return _SUCCESSION.search(_words(clause)) is not None


def offers_its_own(clause: Clause) -> bool:
    """Whether what it markets is the vendor's own products."""
    return _OWN_OFFER.search(_words(clause)) is not None


def refers_back(clause: Clause) -> bool:
    """Whether it speaks of a licence that is granted elsewhere, and grants none."""
    return _BACK.search(_words(clause)) is not None and not _GRANT.search(_words(clause))


def tells_no_time(clause: Clause) -> bool:
    """Whether it says that data is kept and nothing of how long."""
    return _STORES.search(_words(clause)) is not None and not _LASTING.search(_words(clause))


def ends_at_the_vendors_will(clause: Clause) -> bool:
    """Whether it names no period and leaves the end to the vendor: that it may delete is no promise to."""
    return not clause.period_days and _AT_WILL.search(_words(clause)) is not None


def ends_as_the_customer_wishes(clause: Clause) -> bool:
    """Whether it holds while a setting is on, or for as long as the customer says."""
    return is_under_a_setting(clause) or _WISHED.search(_words(clause)) is not None


def is_under_a_setting(clause: Clause) -> bool:
    """Whether it holds in a mode or under a setting, as its sentence or its heading says."""
    return (
        _SETTING.search(_words(clause)) is not None
        or _MODE.search(clause.heading.rpartition(" › ")[2]) is not None
    )


def names_a_way_out(clause: Clause) -> bool:
    """Whether it tells how to opt out and of no consent: who does not is not spared."""
    return _WAY_OUT.search(_words(clause)) is not None and not _CONSENT.search(_words(clause))


def leaves_the_period_open(clause: Clause) -> bool:
    """Whether it is a line of a form, filled in elsewhere: "the period for which data is retained"."""
    return _PERIOD_ELSEWHERE.search(_words(clause)) is not None


def denies_development(clause: Clause) -> bool:
    """Whether what it keeps content from is developing as well as improving: models are developed too."""
    return (
        clause.purpose is Purpose.IMPROVE
        and clause.stance in (Stance.PROHIBITS, Stance.OPT_IN)
        and _DEVELOPS.search(_words(clause)) is not None
    )
