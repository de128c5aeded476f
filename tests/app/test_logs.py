import json
import subprocess
import sys

PROGRAM = """
import logging, structlog
from app.logs import configure_logging
configure_logging("WARNING")
structlog.get_logger().info("small_talk")
structlog.get_logger().warning("ours", key="value")
logging.getLogger("uvicorn.error").info("small talk")
logging.getLogger("uvicorn.error").warning("theirs")
try:
    secret = "hunter2"
    raise RuntimeError("went wrong")
except RuntimeError:
    structlog.get_logger().exception("failed")
"""


def lines() -> list[dict[str, str]]:
    process = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert process.stdout == b""
    return [json.loads(line) for line in process.stderr.splitlines()]


def test_our_words_and_those_of_libraries_come_in_one_form_from_the_level_up() -> None:
    said = lines()
    assert [(line["event"], line["level"]) for line in said] == [
        ("ours", "warning"),
        ("theirs", "warning"),
        ("failed", "error"),
    ]
    assert said[0]["key"] == "value"


def test_a_traceback_shows_no_values() -> None:
    traceback = lines()[-1]["exception"].replace('secret = "hunter2"', "")
    assert "RuntimeError: went wrong" in traceback
    assert "hunter2" not in traceback
