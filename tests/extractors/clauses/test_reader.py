"""The reader as a whole, on invented terms: what a clause carries, and that offsets always hold."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.clauses import ClauseReader, clause_digest
from extractors.model import Audience, Clause, DataKind, Document, Family, Party, Stance
from extractors.ruleset import load_ruleset

READER = ClauseReader(load_ruleset())


def read(text: str) -> tuple[Clause, ...]:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return READER.read(Document(text, digest)).clauses


def one(text: str, family: Family) -> Clause:
    found = [clause for clause in read(text) if clause.family is family]
    assert len(found) == 1, found
    return found[0]


def test_a_clause_quotes_its_sentence_under_its_headings() -> None:
    text = "# Terms\n\n## Your data\n\nHello there. We may use your prompts to train our models. Bye.\n"
    clause = one(text, Family.TRAINING)
    assert clause.quote == "We may use your prompts to train our models."
    assert text[clause.start : clause.end] == clause.quote
    assert clause.heading == "Terms › Your data"
    assert (clause.stance, clause.party, clause.data) == (
        Stance.PERMITS,
        Party.VENDOR,
        (DataKind.CONTENT,),
    )
    assert clause.digest == clause_digest(clause.family, clause.stance, clause.audience, clause.quote)


def test_a_list_item_is_read_with_its_introduction() -> None:
    text = "We use your personal data for the following purposes:\n\n*   to improve our services;\n*   tax.\n"
    assert one(text, Family.REUSE).quote == "to improve our services;"


def test_what_binds_the_customer_says_nothing_of_the_vendor() -> None:
    text = "You may not:\n\n*   use your Output to train AI models;\n*   sell the Service.\n"
    assert read(text) == ()


def test_a_limb_of_an_enumeration_takes_its_negation_from_the_stem() -> None:
    text = "Acme shall not (a) sell Customer Data; or (b) use Customer Data to train AI models.\n"
    assert one(text, Family.TRAINING).stance is Stance.PROHIBITS


def test_the_documents_own_word_for_content_is_understood() -> None:
    text = (
        "The text and images that you upload or submit, and what is generated from it, are “Materials”.\n\n"
        "We may use Materials to train our models.\n"
    )
    assert one(text, Family.TRAINING).data == (DataKind.CONTENT,)


def test_a_heading_limits_the_audience() -> None:
    text = "# Terms\n\nHello.\n\n## Enterprise customers\n\nWe do not train our models on your content.\n"
    assert one(text, Family.TRAINING).audience is Audience.BUSINESS


def test_a_period_in_words_and_figures_becomes_days() -> None:
    text = "We delete deleted conversations from our systems within ninety (90) days.\n"
    assert one(text, Family.RETENTION).period_days == 90


def test_what_decided_is_told_in_words() -> None:
    text = "We will not use your content to train our models without your prior written consent.\n"
    clause = one(text, Family.TRAINING)
    assert clause.stance is Stance.OPT_IN
    assert any(modifier.startswith("default: without your prior") for modifier in clause.modifiers)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_arbitrary_text_is_read_without_fail_and_offsets_hold(text: str) -> None:
    for clause in read(text):
        assert text[clause.start : clause.end] == clause.quote


WORDS = (
    "We |may |not |use |your |content| to train |models|. |* |(a) |# |“Data”|keep |30 days|unless |opt out"
)
PIECES = st.sampled_from([*WORDS.split("|"), "| ", "\n\n", "---\n", "\u2028", "\x00", "\ud800"])


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_shuffled_terms_are_read_without_fail_and_offsets_hold(text: str) -> None:
    for clause in read(text):
        assert text[clause.start : clause.end] == clause.quote
        assert clause.quote.strip() == clause.quote != ""


def test_a_consent_beyond_a_semicolon_allows_another_thing() -> None:
    text = "We use your content to train our models; with your consent, we also show it to others.\n"
    assert one(text, Family.TRAINING).stance is Stance.PERMITS


def test_what_is_done_without_consent_is_permitted() -> None:
    text = "We may use your content without your consent to train our models.\n"
    assert one(text, Family.TRAINING).stance is Stance.PERMITS


def test_a_denial_with_a_list_of_exceptions_is_no_flat_one() -> None:
    text = "We do not train on your prompts unless (i) they are flagged, or (ii) you report them to us.\n"
    stances = {c.stance for c in read(text) if c.family is Family.TRAINING}
    assert stances == {Stance.OPT_IN}


def test_in_a_section_on_something_else_a_sentence_must_name_the_vendor_and_the_data() -> None:
    vague = "Claims must be stored and shared only as needed, and records will be retained for five years."
    plain = "We may use your prompts to train our models."
    aside = "# Terms\n\n## Governing Law and Arbitration\n\n"
    assert not read(f"{aside}{vague}\n")
    assert one(f"{aside}{plain}\n", Family.TRAINING).stance is Stance.PERMITS
    assert one(f"# Terms\n\n## Records and Retention\n\n{vague}\n", Family.RETENTION)


def test_a_box_that_is_not_ticked_states_nothing() -> None:
    assert not read("We may use your prompts for:\n\n☐ We use your prompts to train our models.\n")
    assert read("We may use your prompts for:\n\n☒ We use your prompts to train our models.\n")


def test_what_an_auditor_or_both_parties_must_do_says_nothing_of_the_vendor() -> None:
    assert not read("The Auditor will not disclose Customer Data to third parties.\n")
    assert not read(
        "Each party will keep these terms confidential and not disclose them to any third party.\n"
    )
    assert one("We will not disclose Customer Data to third parties.\n", Family.REUSE)


def test_a_permission_to_train_is_not_hidden_by_a_denial_in_the_same_sentence() -> None:
    said = "We may use inputs of the free tier to improve our models; the paid tier is not used for training."
    assert one(f"{said}\n", Family.TRAINING).stance is Stance.PERMITS


def test_what_a_term_lets_the_customer_do_says_nothing_of_the_vendor() -> None:
    said = (
        "“Permitted Use” means Customer using Output to:\n\n(a) train models that are not sold to others.\n"
    )
    assert not read(said)


def test_a_link_alone_states_nothing() -> None:
    assert not read("*   [How we use your data to train our models](https://acme.example/help)\n")


def test_storing_nothing_for_those_who_choose_so_is_the_customers_choice() -> None:
    said = "By choosing “No”, you are enabling Zero Data Retention for your prompts.\n"
    assert one(said, Family.RETENTION).stance is Stance.USER_CONTROL
    assert one("We have zero data retention for your prompts.\n", Family.RETENTION).stance is Stance.NONE


def test_a_rule_of_conduct_binds_whoever_reads_it() -> None:
    assert not read("Do not publicly share the prompts of others.\n")
    assert read("We promise to:\n\n*   do not sell your prompts\n")


def test_a_way_out_that_the_customer_is_told_of_is_heard() -> None:
    said = "We may send you our marketing newsletters, from which you can unsubscribe.\n"
    assert one(said, Family.REUSE).stance is Stance.OPT_OUT
