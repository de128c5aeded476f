"""The container files: what they name exists, and what they promise about rights and addresses holds.

No engine is needed: files are read as text and as YAML. What only an engine can show is not claimed here.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from app.api.health import router
from app.cli import COMMANDS
from app.settings import Settings

ROOT = Path(__file__).parents[1]
PREFIX = "TERMGATE_"
RIGHTLESS_FROM = 10_000
"""Users of images and hosts stand below."""


def instructions() -> list[tuple[str, str]]:
    """Every instruction of the Dockerfile with its words, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [(name, words) for line in lines if line.strip() for name, _, words in [line.partition(" ")]]


def final_stage() -> list[tuple[str, str]]:
    every = instructions()
    last = max(at for at, (name, _) in enumerate(every) if name == "FROM")
    return every[last:]


def words_of(name: str) -> str:
    """The words of the one instruction of that name in the final stage."""
    (found,) = [words for instruction, words in final_stage() if instruction == name]
    return found


def image_environment() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", words_of("ENV")))


def copied() -> list[str]:
    """What the build takes from the project's folder."""
    return [
        source
        for name, words in instructions()
        if name == "COPY" and not words.startswith("--from=")
        for source in words.split()[:-1]
    ]


def composed() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return content


def settings_named(environment: dict[str, Any]) -> set[str]:
    return {name.removeprefix(PREFIX).lower() for name in environment if name.startswith(PREFIX)}


@pytest.mark.parametrize("source", copied())
def test_the_image_copies_only_what_is_there(source: str) -> None:
    assert (ROOT / source).exists()


def test_the_build_may_see_exactly_what_the_image_copies() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    assert {line[1:] for line in lines if line.startswith("!")} == set(copied())


def test_the_image_holds_every_package_of_the_project() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= set(copied())


def test_every_base_image_is_pinned_to_a_version() -> None:
    images = [words.split()[0] for name, words in instructions() if name == "FROM"]
    images.append(composed()["services"]["db"]["image"])
    assert all(re.fullmatch(r"[a-z]+:\d+[\w.]*-\w+[\w-]*", image) for image in images), images


def test_both_stages_have_the_same_python() -> None:
    assert len({words.split()[0] for name, words in instructions() if name == "FROM"}) == 1


def test_libraries_come_from_the_hashed_lock_alone() -> None:
    installs = [
        words for name, words in instructions() if name == "RUN" and " install " in words and "pip" in words
    ]
    libraries, project = installs
    assert "--require-hashes --no-deps -r requirements.lock" in libraries
    assert "--no-deps --no-build-isolation" in project
    assert re.search(r"^setuptools==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)


def test_the_service_has_no_rights_in_its_image() -> None:
    user, group = words_of("USER").split(":")
    assert int(user) >= RIGHTLESS_FROM
    assert int(group) >= RIGHTLESS_FROM
    at = [name for name, _ in final_stage()]
    assert at.index("USER") < at.index("CMD")


def test_the_image_starts_a_command_that_exists() -> None:
    program, command = json.loads(words_of("CMD"))
    assert program == "termgate"
    assert command in COMMANDS


def test_the_image_sets_only_settings_that_exist() -> None:
    assert settings_named(image_environment()) <= set(Settings.model_fields)


def test_the_data_folder_of_the_image_is_its_volume() -> None:
    assert image_environment()["TERMGATE_DATA_DIR"] == words_of("VOLUME") == words_of("WORKDIR")


def test_image_and_compose_agree_on_the_port() -> None:
    port = words_of("EXPOSE")
    assert image_environment()["TERMGATE_PORT"] == port
    (published,) = composed()["services"]["termgate"]["ports"]
    assert published.split(":")[-1] == port


def test_the_health_check_asks_an_address_that_the_service_has() -> None:
    check = words_of("HEALTHCHECK").partition(" CMD ")[2]
    compile(json.loads(check)[2], "health check", "exec")
    (path,) = re.findall(r"['\"}](/\w+)\b", json.loads(check)[2])
    assert path in {getattr(route, "path", None) for route in router.routes}


def test_compose_sets_only_settings_that_exist() -> None:
    assert settings_named(composed()["services"]["termgate"]["environment"]) <= set(Settings.model_fields)


@pytest.mark.parametrize("setting", ["TERMGATE_DATABASE_URL", "TERMGATE_JOBS_URL"])
def test_compose_leads_the_service_to_its_database(setting: str) -> None:
    services = composed()["services"]
    written = services["termgate"]["environment"][setting]
    url = make_url(re.sub(r"\$\{POSTGRES_PASSWORD:\?[^}]+\}", "word", written))
    database = services["db"]["environment"]
    assert (url.drivername, url.password, url.port) == ("postgresql+psycopg", "word", 5432)
    assert url.host in services
    assert (url.username, url.database) == (database["POSTGRES_USER"], database["POSTGRES_DB"])


def test_compose_starts_the_service_once_the_database_is_healthy() -> None:
    services = composed()["services"]
    assert services["termgate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert services["db"]["healthcheck"]["test"][1] == "pg_isready"


def test_compose_holds_no_secret() -> None:
    services = composed()["services"]
    urls = [
        services["termgate"]["environment"][name] for name in ("TERMGATE_DATABASE_URL", "TERMGATE_JOBS_URL")
    ]
    passwords = [url.removeprefix("postgresql+psycopg://termgate:").rpartition("@")[0] for url in urls]
    passwords.append(services["db"]["environment"]["POSTGRES_PASSWORD"])
    assert all(re.fullmatch(r"\$\{POSTGRES_PASSWORD:\?[^}]+\}", password) for password in passwords), (
        passwords
    )


def test_compose_takes_every_right_from_the_service() -> None:
    service = composed()["services"]["termgate"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(volume.endswith(f":{words_of('VOLUME')}") for volume in service["volumes"])


def test_compose_names_every_volume_and_network_it_uses() -> None:
    content = composed()
    services = content["services"].values()
    assert {volume.split(":")[0] for one in services for volume in one["volumes"]} == set(content["volumes"])
    assert {network for one in services for network in one["networks"]} == set(content["networks"])


def test_the_database_has_no_way_out() -> None:
    content = composed()
    assert content["services"]["db"]["networks"] == ["inside"]
    assert content["networks"]["inside"] == {"internal": True}


def test_ci_runs_the_checks_that_people_run() -> None:
    assert re.search(r"^timeout .* make check ", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
