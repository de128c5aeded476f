"""Is a text English? A small judge by stop words and scripts, only as fine as that question."""

import re
from collections import Counter
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LATIN_END = "\u024f"
_SAMPLE = 200_000
_ENGLISH = "en"

# Words that are frequent in one language and rare or unknown in English.
_STOP_WORDS = {
    _ENGLISH: (
        "the of and to or you your our we by for with that this are is be may will not any as from on in "
        "if us it at have has an all such which these their can use when do about other they who under "
        "shall its i a no me so was were been but"
    ),
    "cs": ("a se na je že v s z do pro nebo které jsou jako podle při může vaše vám služby údaje údajů"),
    "da": (
        "og at det som på til af er for med ikke de vi kan eller dine vores jeg har fra du din skal ved "
        "oplysninger"
    ),
    "de": (
        "der die und das den von zu mit sich des auf für ist nicht ein eine als auch wir sie oder dem "
        "bei ihre werden sind kann einer nach ihren durch wenn unsere zur zum haben ihnen"
    ),
    "es": (
        "el la de que y los se del las por un para con no una su al lo como más o sus datos usted "
        "nuestros si sobre cuando puede este esta servicio"
    ),
    "fi": (
        "ja on ei se että voi tai sekä ovat olla mukaan kun jos tämä joka palvelun käyttää tiedot "
        "tietoja sinun"
    ),
    "fr": (
        "le la les de des et du un une que qui dans pour vous nous vos votre est par sur ou ne pas nos "
        "avec sont au ce cette aux pendant notre être d'un d'une"
    ),
    "hu": ("a az és hogy nem egy is vagy meg ha mint csak által kell valamint amely adatok ön szolgáltatás"),
    "id": (
        "dan yang untuk dengan di dari anda kami atau ini tidak dalam kepada adalah akan dapat data "
        "layanan oleh pada"
    ),
    "it": (
        "il di che la e i per un una in del della dei le non con sono si da gli al dati nel alla delle "
        "anche o come vostro nostri può tuoi questo"
    ),
    "la": ("et in ut non ad est cum sed si qui quae dolor sit amet ipsum lorem eiusmod enim"),
    "nl": (
        "de het een van en te dat die niet zijn op voor met u wij uw ook aan door als bij onze worden "
        "heeft kan naar wordt gegevens"
    ),
    "no": (
        "og i det som på til av er for med ikke de vi kan eller dine våre jeg har fra du skal ved "
        "opplysninger"
    ),
    "pl": (
        "i w na z do się nie że jest oraz o lub przez od dla które może są jak przy danych państwa usługi tym"
    ),
    "pt": (
        "o a de que e do da em os no se na por mais as dos como um uma para com não seus seu ao dados "
        "você nós ou são pelos pode nossos"
    ),
    "ro": ("și de la în nu cu pe care sau să din este pentru o mai datele dumneavoastră prin ale noastre"),
    "sv": (
        "och att det som på av är för med inte de vi kan eller dina våra jag har från du till en ett ska "
        "vid uppgifter"
    ),
    "tr": (
        "ve bir bu için ile da de veya olarak olan daha size sizin biz bizim verileri kişisel hizmet "
        "tarafından"
    ),
    "vi": ("và của các có cho không được trong là với người này khi một những chúng tôi bạn dữ liệu hoặc"),
}


def _by_word() -> dict[str, tuple[str, ...]]:
    """Languages by stop word; a word of English speaks for no other language."""
    languages: dict[str, tuple[str, ...]] = dict.fromkeys(_STOP_WORDS[_ENGLISH].split(), (_ENGLISH,))
    for code, words in _STOP_WORDS.items():
        for word in words.split():
            if languages.get(word) != (_ENGLISH,):
                languages[word] = (*languages.get(word, ()), code)
    return languages


_LANGUAGES = _by_word()


@dataclass(frozen=True, slots=True)
class Language:
    """What a text seems to be written in."""

    english: bool
    code: str
    """ISO 639-1 of the likeliest language; `und` where none is likely."""
    mixed: bool = False
    """Whether a good part of an English text is in another language."""


def detect(text: str) -> Language:
    """Judges a text; in doubt (a table of names, a handful of words) it counts as English."""
    found = _WORD.findall(text[:_SAMPLE])
    words = [word.lower().replace("’", "'") for word in found]
    letters = sum(map(len, words))
    foreign_letters = sum(len(word) for word in words if word[0] > _LATIN_END)
    if not letters or foreign_letters * 2 > letters:
        return Language(english=not letters, code="und")
    counts = Counter(code for word in words for code in _LANGUAGES.get(word, ()))
    english = counts.pop(_ENGLISH, 0)
    # The code breaks ties, so that the answer does not depend on the order of counting.
    code, other = max(counts.items(), key=lambda item: (item[1], item[0]), default=("und", 0))
    if other >= 2 and other > english * 1.5 and other > len(words) * 0.08:
        return Language(english=False, code=code)
    # Sentences are mostly in small letters; a table of names and places is in no language.
    sentences = sum(1 for word in found if word[0].islower()) * 2 > len(found)
    if sentences and len(words) >= 100 and english < len(words) * 0.02:
        return Language(english=False, code="und")
    mixed = foreign_letters * 6 > letters or other > max(english * 0.25, len(words) * 0.05)
    return Language(english=True, code=_ENGLISH, mixed=mixed)
