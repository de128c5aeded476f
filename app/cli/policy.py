"""`termgate policy`: check, show, test and compare policies, and put one in force."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.adopting import NewPolicy, adopt_policy
from app.cli.door import House, open_house, print_json, read_settings, refusals, refuse
from app.clock import utc_now
from registry.adoptions import policy_in_force
from registry.closed import ClosedError
from registry.lookups import asked_before
from registry.model import Policy
from registry.obligations import obligation_told
from registry.policy import load_policy, policy_text, shipped_policies
from registry.policy_backtest import Backtest, Flip, backtest
from registry.policy_cases import CASES, CaseResult, cases_from, run_cases
from registry.policy_diff import compare_policies
from registry.policy_text import (
    SEVERITY_WORDS,
    asked_told,
    occasion_told,
    requirement_rows,
    summary_told,
    tolerances_told,
)
from registry.standings import load_standings

ACTOR = "command line"
SOME_FAIL = 1
MOST_SHOWN = 20
MOST_ASKED = 10_000
"""Past look-ups that are asked again, the newest first."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[
    str | None, typer.Argument(help="A shipped policy's name, or a file; without: the one in force.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    policy = typer.Typer(
        help="Check, show, test and compare policies, and put one in force.", no_args_is_help=True
    )
    policy.command()(check)
    policy.command()(show)
    policy.command("test")(try_cases)
    policy.command()(diff)
    policy.command()(adopt)
    app.add_typer(policy, name="policy")


def check(
    files: Annotated[list[str] | None, typer.Argument(help="Files or names; without: the shipped.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Load policies. Exit status: 0, or 1 where one cannot be used; each mistake with file, line and key."""
    found: list[dict[str, object]] = []
    for name in files or shipped_policies():
        try:
            policy = load_policy(name)
        except ClosedError as error:
            found.append({"file": error.file, "line": error.line, "error": str(error)})
        else:
            found.append({"file": name, "id": policy.id, "version": policy.version, "error": None})
    failing = [one for one in found if one["error"] is not None]
    if as_json:
        print_json(found)
    else:
        for one in found:
            if one["error"] is None:
                typer.echo(f"{one['file']}: {one['id']}, version {one['version']}")
            else:
                typer.echo(one["error"], err=True)
    if failing:
        raise typer.Exit(SOME_FAIL)


def show(name: Name = None) -> None:
    """Print a policy as a person reads it: principle by principle, what the terms and the work must be."""
    with refusals():
        policy = load_policy(name) if name else _in_force()
    console = Console(highlight=False, markup=False)
    console.print(f"{policy.title}  ({policy.id}, version {policy.version})")
    console.print(summary_told(policy))
    for principle in policy.principles:
        console.print(f"\n{principle.title}  [{principle.id}]", style="bold")
        _print_requirements(console, policy, principle.id)
        _print_triggers(console, policy, principle.id)


def try_cases(
    name: Annotated[str | None, typer.Argument(help="A policy's name or file; without: all shipped.")] = None,
    cases: Annotated[
        Path | None, typer.Argument(help="File of cases; a shipped policy brings its own.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask a policy a file of cases. Exit status: 0, 1 where an answer differs, 2 where one does not load."""
    failing = 0
    for one in [name] if name else shipped_policies():
        with refusals():
            policy = load_policy(one)
            path = cases or CASES / f"{one}.yaml"
            if cases is None and one not in shipped_policies():
                refuse(f"{one} brings no cases along; name a file of them")
            results = run_cases(policy, cases_from(_text(path), str(path), policy), utc_now())
        failing += _tell_results(policy, path, results, as_json=as_json)
    if failing:
        raise typer.Exit(SOME_FAIL)


def diff(
    first: Annotated[str, typer.Argument(help="The new policy; or, with a second one, the old.")],
    second: Annotated[str | None, typer.Argument(help="The new policy, where the first is the old.")] = None,
    *,
    registry: Annotated[
        bool, typer.Option("--registry", help="Ask every plan of the registry by both: what would flip.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what differs between two policies; with one, between the policy in force and it."""
    with refusals():
        house = open_house() if registry else None
        old = load_policy(first) if second else _in_force(house)
        new = load_policy(second or first)
        sentences = compare_policies(old, new)
        tried = None if house is None else _backtest(house, old, new)
    if as_json:
        told = None if tried is None else _backtest_value(tried)
        print_json({"old": old.version, "new": new.version, "changes": sentences, "backtest": told})
        return
    typer.echo(f"{old.id} {old.version} → {new.id} {new.version}: {len(sentences)} differences")
    for sentence in sentences:
        typer.echo(f"  {sentence}")
    if tried is not None:
        _tell_backtest(tried)


def adopt(
    file: Annotated[str, typer.Argument(help="The policy's file, or a shipped policy's name.")],
    *,
    reason: Annotated[str, typer.Option(help="Why it changes; kept in the audit log.")],
    as_json: AsJson = False,
) -> None:
    """Put a policy in force and judge every plan by it, in one act."""
    house = open_house()
    with refusals():
        bootstrap = load_policy(house.settings.policy)
        content, place = policy_text(file)
        with house.sessions() as session:
            done = adopt_policy(session, NewPolicy(content, place, reason), bootstrap, ACTOR, utc_now())
    if as_json:
        print_json(
            {
                "version": done.policy.version,
                "before": done.before.version,
                "judged": done.judged,
                "suspended": done.suspended,
                "waiting": done.waiting,
            }
        )
        return
    typer.echo(f"{done.policy.id} {done.policy.version} is in force; before: {done.before.version}")
    typer.echo(f"{len(done.judged)} plans judged by it, {len(done.suspended)} approvals suspended")
    for plan in done.suspended:
        typer.echo(f"  suspended: {plan}")
    for plan in done.waiting:
        typer.echo(f"  waits for `termgate reread`, and escalates until then: {plan}")


def _in_force(house: House | None = None) -> Policy:
    """The policy in force: what was adopted, or what the settings name where there is no registry yet."""
    settings = read_settings() if house is None else house.settings
    bootstrap = load_policy(settings.policy)
    if house is None:
        file = settings.registry_file
        if file is not None and not file.exists():
            return bootstrap
        house = open_house()
    with house.readings() as session:
        return policy_in_force(session, bootstrap)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"{path}: cannot be read ({error})")


def _print_requirements(console: Console, policy: Policy, principle: str) -> None:
    for one in policy.requirements:
        if one.principle != principle:
            continue
        table = Table(title=f"{one.family} ({one.id})", title_justify="left", show_edge=False, title_style="")
        for column in ("answer", "where the terms say", "under the obligation"):
            table.add_column(column, overflow="fold")
        for row in requirement_rows(one):
            table.add_row(*row)
        console.print(table)
        for line in tolerances_told(one):
            console.print(f"  by the kind of work, {line}")
        console.print(f"  otherwise: {one.remedy}")


def _print_triggers(console: Console, policy: Policy, principle: str) -> None:
    triggers = [one for one in policy.triggers if one.principle == principle]
    if not triggers:
        return
    table = Table(title="the work", title_justify="left", show_edge=False, title_style="", show_lines=True)
    for column in ("answer", "where", "because", "what to do"):
        table.add_column(column, overflow="fold")
    for one in triggers:
        asked = asked_told(one) if one.obligation is None else obligation_told(one.obligation)
        table.add_row(SEVERITY_WORDS[one.severity], f"{occasion_told(one)}\n({one.id})", one.reason, asked)
    console.print(table)


def _tell_results(policy: Policy, path: Path, results: tuple[CaseResult, ...], *, as_json: bool) -> int:
    failing = [one for one in results if one.faults]
    if as_json:
        faults = [{"line": one.case.line, "name": one.case.name, "faults": one.faults} for one in failing]
        print_json({"policy": policy.id, "version": policy.version, "cases": len(results), "failing": faults})
        return len(failing)
    for one in failing:
        typer.echo(f"{path}:{one.case.line}: {one.case.name}: {'; '.join(one.faults)}", err=True)
    typer.echo(f"{policy.id} {policy.version}: {len(results)} cases, {len(failing)} fail")
    return len(failing)


def _backtest(house: House, old: Policy, new: Policy) -> Backtest:
    with house.readings() as session:
        asked = asked_before(session, MOST_ASKED)
        return backtest(load_standings(session), old, new, utc_now(), asked)


def _tell_backtest(tried: Backtest) -> None:
    typer.echo(
        f"\n{tried.plans} judged plans, each asked about {tried.contexts} kinds of work by both policies"
    )
    typer.echo(f"{len(tried.broken)} approvals would end at once")
    for one in tried.broken[:MOST_SHOWN]:
        typer.echo(f"  {one.plan}: {'; '.join(violation.message for violation in one.violations)}")
    typer.echo(f"{len(tried.flips)} answers would flip")
    _tell_flips(tried.flips)
    typer.echo(f"past look-ups: {sum(one.times for one in tried.past)} of {tried.asked} would differ")
    _tell_flips(tried.past)


def _tell_flips(flips: tuple[Flip, ...]) -> None:
    for one in flips[:MOST_SHOWN]:
        work = (
            ", ".join(f"{field} {value}" for field, value in one.context.items())
            or "nothing said of the work"
        )
        because = f" ({', '.join(one.because)})" if one.because else ""
        times = f" {one.times} times" if one.times > 1 else ""
        typer.echo(f"  {one.plan}: {one.before} → {one.after}{because}{times}\n    {work}")
    if len(flips) > MOST_SHOWN:
        typer.echo(f"  and {len(flips) - MOST_SHOWN} more; --json prints all")


def _backtest_value(tried: Backtest) -> dict[str, object]:
    return {
        "plans": tried.plans,
        "contexts": tried.contexts,
        "broken": [
            {"plan": one.plan, "violations": [violation.requirement for violation in one.violations]}
            for one in tried.broken
        ],
        "flips": [_flip_value(one) for one in tried.flips],
        "asked": tried.asked,
        "past": [_flip_value(one) for one in tried.past],
    }


def _flip_value(one: Flip) -> dict[str, object]:
    return {
        "plan": one.plan,
        "context": dict(one.context),
        "before": one.before,
        "after": one.after,
        "because": one.because,
        "times": one.times,
    }
