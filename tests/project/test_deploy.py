"""What `deploy` holds is taken by the tools that it is for, where they are installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mnist_demo.paths import PROJECT
from tests.nginx import CONFIGURATION, write_configuration

DEPLOY = PROJECT / "deploy"


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    command = write_configuration(tmp_path / "nginx", [8501, 8502], 8080)
    result = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_no_log_of_nginx_s_has_a_drawing() -> None:
    """The query of a page's address, and of the page that a request comes from, has one in it."""
    configuration = CONFIGURATION.read_text()
    (formatted,) = re.findall(r"log_format paths '(.*)'", configuration)
    assert not re.findall(r"request\b|request_uri|args|query|referer", formatted)
    assert re.findall(r"access_log \S+ (\w+)", configuration) == ["paths"]
    assert re.findall(r"error_log \S+ (\w+)", configuration) == ["crit"]


def test_compose_takes_its_file() -> None:
    result = subprocess.run(
        [*_find_compose(), "--file", str(DEPLOY / "compose.yaml"), "config"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "/etc/nginx/templates/replicas.conf.template" in result.stdout


def _find_compose() -> list[str]:
    """Docker's plugin, or the program that was there before it."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            asked = subprocess.run([*command, "version"], capture_output=True, check=False)
            if asked.returncode == 0:
                return command
    pytest.skip("needs Docker Compose")


def test_kubernetes_gets_the_same_nginx() -> None:
    """Without a cluster nothing can check the manifest itself."""
    if shutil.which("kubectl") is None:
        pytest.skip("needs kubectl")
    command = ["kubectl", "kustomize", str(DEPLOY)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    kinds = re.findall(r"^kind: (\w+)", result.stdout, re.MULTILINE)
    assert sorted(kinds) == [
        "ConfigMap", "ConfigMap", "Deployment", "Deployment", "PersistentVolumeClaim",
        "Service", "Service",
    ]  # fmt: skip
    for name in ("mnist_demo.conf", "replicas.conf.template"):
        for line in (DEPLOY / "nginx" / name).read_text().splitlines():
            assert line in result.stdout


def test_the_image_gets_what_the_server_needs() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    copied = [name.removeprefix("!") for name in ignored if name.startswith("!")]
    for name in copied:
        assert (PROJECT / name).exists(), name
    assert {"streamlit_app.py", "mnist_demo", "assets", ".streamlit"} <= set(copied)
