import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import application
from app.locks import only_one


def serve(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    environment = {"TERMGATE_DATA_DIR": str(tmp_path)}
    result = CliRunner().invoke(application(["serve"]), ["serve", *arguments], env=environment)
    return result.exit_code, result.output


def test_a_port_in_use_is_refused_in_a_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = serve(tmp_path, "--port", str(port))
    assert (status, said) == (
        2,
        f"termgate: 127.0.0.1:{port} is in use; set TERMGATE_PORT or TERMGATE_HOST\n",
    )


def test_a_second_server_on_a_data_folder_is_refused_in_a_line(tmp_path: Path) -> None:
    with only_one(tmp_path / "serve.lock"):
        status, said = serve(tmp_path)
    assert status == 2
    assert "this data folder is served already" in said
    assert f"pid {os.getpid()}" in said


@pytest.mark.slow
def test_control_c_ends_the_server_without_a_word(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = "from app.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", "--no-worker", "--port", str(port)]
    environment = os.environ | {"TERMGATE_DATA_DIR": str(tmp_path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().decode() == f"Termgate answers on http://127.0.0.1:{port}\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (0, b"")
