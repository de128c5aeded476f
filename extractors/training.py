"""What one document states of training on customer content."""

from collections.abc import Sequence

from extractors.following import of_a_region
from extractors.model import Answer, Clause, Stance
from extractors.scope import is_conditional, must_be_asked_for
from extractors.weighing import Statement, about_content, binds, in_general, with_stance
from extractors.wording import denies_development, is_under_a_setting, names_a_way_out

_PROMISES = ((Stance.OPT_IN, Answer.OPT_IN), (Stance.PROHIBITS, Answer.PROHIBITED))


def training_statement(clauses: Sequence[Clause], reuse: Sequence[Clause]) -> Statement:
    """Return what these clauses on training state; where they are silent, what those on reuse imply."""
    content, general = about_content(clauses), in_general(clauses)
    permits = with_stance(content, Stance.PERMITS)
    promises = [clause for stance, _ in _PROMISES for clause in with_stance(content, stance)]
    choices = with_stance(content, Stance.OPT_OUT) + [one for one in promises if _is_for_who_chooses(one)]
    if permits and not choices:
        choices = with_stance(general, Stance.OPT_OUT)
    if choices or permits:
        return _allowed(permits, choices, content=True)
    binding = [clause for clause in content if binds(clause)]
    for stance, answer in _PROMISES:
        if promises := with_stance(binding, stance):
            return Statement(answer, about_content=True, clauses=tuple(promises))
    permits, choices = with_stance(general, Stance.PERMITS), with_stance(general, Stance.OPT_OUT)
    if choices or permits:
        return _allowed(permits, choices, content=False)
    return _implied(reuse)


def _is_for_who_chooses(promise: Clause) -> bool:
    """Whether it spares those who ask, pay or choose a setting: the others' content is used."""
    denies = promise.stance is Stance.PROHIBITS
    return names_a_way_out(promise) or (
        denies and (must_be_asked_for(promise) or is_under_a_setting(promise))
    )


def _allowed(permits: list[Clause], choices: list[Clause], *, content: bool) -> Statement:
    # What residents of one region may refuse is done with everybody else's content.
    regional = frozenset(of_a_region(choices))
    for_all = [clause for clause in choices if clause not in regional]
    answer = Answer.OPT_OUT if for_all or not permits else Answer.PERMITTED
    return Statement(answer, content, tuple(permits + choices))


def _implied(reuse: Sequence[Clause]) -> Statement:
    """Return what follows from a promise not to develop or improve anything with content."""
    denials = [
        clause
        for clause in about_content(reuse)
        if denies_development(clause)
        and binds(clause)
        and not (must_be_asked_for(clause) or is_conditional(clause) or _is_for_who_chooses(clause))
    ]
    for stance, answer in _PROMISES:
        if told := with_stance(denials, stance):
            return Statement(answer, about_content=True, clauses=tuple(told))
    return Statement(Answer.SILENT)
