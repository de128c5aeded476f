"""The main job on recorded terms of real vendors: `make demo`.

Starts a service of its own in a temporary folder, submits every recorded vendor, kills the worker in the
middle of it, shows what was read, approves the best plan, looks it up, lets its page change, looks again.
"""

import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from tests.live.recorded import PAGES, RecordedSite, recorded_site
from tests.live.service import LiveService, live_service

SAFE = ["prohibited", "opt_in"]
RANK = ["approve", "conditions", "escalate", "reject"]
WORK = {
    "data_class": "internal",
    "use_case": "ideation",
    "output_stage": "temporary",
    "talent_involved": "no",
    "union_work": "no",
    "third_party_ip": "no",
    "personal_data": "no",
    "environment": "enterprise",
}
CHANGED = "We may use Customer Content to train and improve our machine learning models."
VETTING_LIMIT_S = 240.0


def main() -> int:
    """Run the demonstration; 1 where something is not as it should be."""
    if not PAGES.exists():
        print(f"the recorded pages are not beside the project ({PAGES})")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with recorded_site(folder / "site") as site, live_service(folder / "data") as service:
            plans = vet_all(service, site)
            chosen = approve_best(service, plans)
            return 0 if change_and_look_again(service, site, chosen) else 1


def vet_all(service: LiveService, site: RecordedSite) -> list[dict[str, Any]]:
    """Submit every vendor, kill the worker meanwhile, and print what every plan came to."""
    began = time.monotonic()
    keys = [
        service.ask("POST", "/v1/tools", json=site.submission(name))["vetting"]["key"]
        for name in site.vendors()
    ]
    print(f"submitted {len(keys)} tools with {sum(1 for _ in site.folder.rglob('*.html'))} recorded pages")
    service.wait_for(keys[:2], VETTING_LIMIT_S)
    print(f"killed the worker (pid {service.kill_worker()}) after two of them")
    service.wait_for(keys, VETTING_LIMIT_S)
    print(f"all {len(keys)} vetted after {time.monotonic() - began:.1f} s; {once_in_effect(service)}\n")
    plans = list(all_plans(service, keys))
    print_plans(plans)
    return plans


def once_in_effect(service: LiveService) -> str:
    """Count what the passes have left behind: a source is seen once, a plan is judged once."""
    with sqlite3.connect(service.folder / "termgate.db") as registry:
        count = "SELECT count(*), count(DISTINCT {}) FROM {}"
        seen, sources = registry.execute(count.format("source_id", "sightings")).fetchone()
        judged, plans = registry.execute(count.format("plan_id", "assessments")).fetchone()
    return f"{sources} sources seen {seen} times, {plans} plans judged {judged} times"


def all_plans(service: LiveService, keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Every plan of the tools of some passes, in full."""
    for key in keys:
        vetting = service.ask("GET", f"/v1/vettings/{key}")
        for source in vetting["sources"]:
            if source["failure"]:
                print(f"  {vetting['tool']} {source['source']}: {source['failure']} ({source['detail']})")
        for plan in service.ask("GET", f"/v1/tools/{vetting['tool']}")["plans"]:
            yield service.ask("GET", f"/v1/tools/{vetting['tool']}/plans/{plan['slug']}")


def print_plans(plans: Sequence[Mapping[str, Any]]) -> None:
    """Print the table of facts and recommendations."""
    line = "{:40} {:12} {:22} {:14} {}"
    print(line.format("plan", "training", "retention", "reuse", "recommendation"))
    for plan in plans:
        facts = {fact["family"]: fact for fact in plan["assessment"]["facts"]}
        days = facts["retention"]["days"]
        retention = facts["retention"]["answer"] + (f" ({days} days)" if days else "")
        training, reuse = facts["training"]["answer"], facts["reuse"]["answer"]
        print(line.format(plan["plan"], training, retention, reuse, plan["recommendation"]))


def approve_best(service: LiveService, plans: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Approve the plan whose terms rule out training most plainly; look it up."""
    able = [plan for plan in plans if training_passages(plan)]
    if not able:
        raise LookupError("no recorded plan rules out training on content: nothing can be approved")
    best = min(able, key=lambda plan: (SAFE.index(training_of(plan)), RANK.index(plan["recommendation"])))
    tool, _, slug = best["plan"].partition("@")
    decision = {
        "verdict": "approve",
        "reason": "The terms rule out training on content; the rest was read and accepted.",
        "expires_at": (datetime.now(UTC) + timedelta(days=180)).isoformat(),
        "assessment": best["assessment"]["digest"],
    }
    service.ask("POST", f"/v1/tools/{tool}/plans/{slug}/decisions", json=decision)
    print(f"\napproved {best['plan']} (recommendation: {best['recommendation']})")
    time.sleep(1)
    print_answer(service, tool, slug)
    return best


def change_and_look_again(service: LiveService, site: RecordedSite, plan: dict[str, Any]) -> bool:
    """Let the deciding sentences on training change, re-crawl, and look the plan up again."""
    tool, _, slug = plan["plan"].partition("@")
    for passage in training_passages(plan):
        rewrite(site, passage)
    key = service.ask("POST", f"/v1/tools/{tool}/vettings", json={"kind": "recrawl"})["key"]
    service.wait_for([key], VETTING_LIMIT_S)
    now = service.ask("GET", f"/v1/tools/{tool}/plans/{slug}")
    print(f"\nthe page changed; {plan['plan']} is {now['status']}: {now['suspended_because']}")
    for flag in service.ask("GET", "/v1/flags"):
        if flag["plan"] == plan["plan"]:
            change = f"{flag['before']} → {flag['after']} ({flag['direction']}, {flag['cause']})"
            print(f"  {flag['family']}: {change}")
            print(*(f"    - {quote}" for quote in flag["before_quotes"]), sep="\n")
            print(*(f"    + {quote}" for quote in flag["after_quotes"]), sep="\n")
    time.sleep(1)
    return not print_answer(service, tool, slug) and now["status"] == "suspended"


def training_of(plan: Mapping[str, Any]) -> str:
    """What a plan's terms answer on training."""
    return next(str(one["answer"]) for one in plan["assessment"]["facts"] if one["family"] == "training")


def training_passages(plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sentences by which a plan's terms rule out training without consent; none where they do not."""
    return [
        passage
        for fact in plan["assessment"]["facts"]
        if fact["family"] == "training" and fact["answer"] in SAFE
        for passage in fact["passages"]
    ]


def rewrite(site: RecordedSite, passage: Mapping[str, Any]) -> None:
    """Replace the innermost part of the page that holds a sentence; raises where no page has it."""
    wanted = folded(re.sub(r"^([-*]|\d+\.)\s", "", passage["quote"]))
    for url in passage["pages"]:
        page = site.folder / f"{unquote(urlsplit(url).path).strip('/')}.html"
        soup = BeautifulSoup(page.read_bytes(), "lxml")
        holding = [part for part in soup.find_all() if wanted in folded(part.get_text())]
        if holding:
            min(holding, key=lambda part: len(part.get_text())).string = CHANGED
            page.write_text(str(soup), encoding="utf-8")
            return
    raise LookupError(f"no page has the sentence: {passage['quote']}")


def folded(text: str) -> str:
    """A text without its white space."""
    return "".join(text.split())


def print_answer(service: LiveService, tool: str, plan: str) -> bool:
    """Look a plan up as another system does; gives the decision."""
    answer = service.ask("GET", f"/v1/tools/{tool}/approval", params={"plan": plan, **WORK})
    verdict = "allowed" if answer["decision"] else "not allowed"
    print(f"look-up: {verdict} ({answer['status']}), valid until {answer['valid_until']}")
    for reason in answer["reasons"][:3]:
        print(f"  {reason['rule']}: {reason['message']}")
    return bool(answer["decision"])


if __name__ == "__main__":
    sys.exit(main())
