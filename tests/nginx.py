"""nginx with the configuration of `deploy`, as a process of this machine's."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path

import pytest

from benchmarks.browser import find_port
from mnist_demo.paths import PROJECT

CONFIGURATION = PROJECT / "deploy" / "nginx" / "mnist_demo.conf"
TEMPLATE = PROJECT / "deploy" / "nginx" / "replicas.conf.template"
MAIN = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    log_format upstreams "$upstream_addr $request_uri";
    access_log {folder}/access.log upstreams;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/*.conf;
}}
"""


def write_configuration(folder: Path, ports: Sequence[int], port: int) -> list[str]:
    """Command of an nginx at ``port``, before replicas at ``ports`` of this machine.

    Skips the test where there is no nginx.
    """
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if nginx is None:
        pytest.skip("needs nginx, such as Debian's package nginx-light")
    folder.mkdir()
    text = CONFIGURATION.read_text().replace("/tmp/cache", str(folder / "cache"))
    text = text.replace("/var/log/nginx", str(folder)).replace("log paths", "log upstreams")
    (folder / "mnist_demo.conf").write_text(text.replace("8080", f"127.0.0.1:{port}"))
    servers = "".join(f"    server 127.0.0.1:{port} fail_timeout=1s;\n" for port in ports)
    template = TEMPLATE.read_text()
    before, after = (
        template.index("    server"),
        template.index("}\n", template.index("    server")),
    )
    upstream = template[template.index("upstream") : before] + servers + template[after:]
    (folder / "replicas.conf").write_text(upstream)
    (folder / "nginx").write_text(MAIN.format(folder=folder, user=getuser()))
    return [nginx, "-e", str(folder / "error.log"), "-c", str(folder / "nginx")]


@contextmanager
def proxy(folder: Path, ports: Sequence[int]) -> Iterator[str]:
    """Address of an nginx before replicas at ``ports``."""
    port = find_port()
    process = subprocess.Popen(write_configuration(folder, ports, port))
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)
