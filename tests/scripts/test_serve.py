"""The server of a checkout, with a small application in place of Engawa's."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import Databases

CHECKOUT = Path(__file__).parents[2]
STAND_IN = r"""
import time
from pathlib import Path
from types import SimpleNamespace
from flask import Flask, request

class Settings:
    @staticmethod
    def from_environment():
        return SimpleNamespace(var=Path("var"), embedded=None, trusted_proxies=0)

def create_app(settings=None):
    app = Flask(__name__)

    @app.get("/slow")
    def slow():
        Path("var/asked").touch()
        time.sleep(1)
        return "届きました" * 10000

    @app.get("/forwarded")
    def forwarded():
        return str(request.headers.get("X-Forwarded-For"))

    @app.get("/answers/<int:status>")
    def answers(status):
        return "", status

    @app.cli.command("work")
    def work():
        with open("var/works", "a") as file:
            file.write("started\n")
        time.sleep(60)

    return app
"""

Serve = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts servers in one folder; any left at the end are ended."""
    (tmp_path / "app.py").write_text(STAND_IN)
    started: list[subprocess.Popen[str]] = []

    def start(**environment: str) -> subprocess.Popen[str]:
        server = subprocess.Popen(
            [sys.executable, "-m", "scripts.serve"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(CHECKOUT), "PORT": "0"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(server)
        return server

    yield start
    for server in started:
        server.terminate()  # it takes its worker along
        server.communicate(timeout=60)


def address_of(server: subprocess.Popen[str]) -> str:
    assert server.stdout
    for line in server.stdout:
        if "http://" in line:
            return line.split()[-1]
    raise AssertionError("the server ended before it told its address")


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_answer_in_hand_is_finished_before_the_server_stops(
    serve: Serve, tmp_path: Path
) -> None:
    server = serve()
    asked = subprocess.Popen(
        [sys.executable, "-c", "import sys, urllib.request as u; print(len(u.urlopen(sys.argv[1]).read()))",
         address_of(server) + "slow"],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    wait_for((tmp_path / "var" / "asked").exists)
    server.send_signal(signal.SIGTERM)
    assert server.wait(10) == 0
    assert asked.communicate()[0].strip() == str(len("届きました".encode()) * 10000).encode()


def test_the_worker_is_started_again_when_it_dies_and_ends_with_the_server(
    serve: Serve, tmp_path: Path
) -> None:
    server = serve()
    address_of(server)
    works = tmp_path / "var" / "works"
    wait_for(works.exists)
    first = children_of(server)
    assert len(first) == 1
    os.kill(first[0], signal.SIGKILL)
    wait_for(lambda: works.read_text() == "started\nstarted\n")
    second = children_of(server)
    server.send_signal(signal.SIGINT)
    assert server.wait(10) == 0
    assert not Path(f"/proc/{second[0]}").exists()


def test_a_killed_server_takes_its_worker_along(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    address_of(server)
    wait_for((tmp_path / "var" / "works").exists)
    worker = Path(f"/proc/{children_of(server)[0]}/stat")
    server.kill()
    server.wait()
    wait_for(lambda: not worker.exists() or worker.read_text().rsplit(")", 1)[1].split()[0] in "ZX")


def children_of(server: subprocess.Popen[str]) -> list[int]:
    found = []
    for task in Path(f"/proc/{server.pid}/task").iterdir():
        found += [int(word) for word in (task / "children").read_text().split()]
    return found


def test_a_second_server_of_a_checkout_says_where_the_first_is(serve: Serve) -> None:
    address = address_of(serve())
    second = serve()
    said = second.communicate(timeout=10)[0]
    assert second.returncode == 1
    assert said == f"This checkout is being served already, at {address}\n"
    first = http.client.HTTPConnection(urlsplit(address).netloc)
    first.request("GET", "/nowhere")
    assert first.getresponse().status == 404
    first.close()


def test_a_taken_port_is_one_sentence(serve: Serve, tmp_path: Path) -> None:
    port = address_of(serve()).rstrip("/").rsplit(":", 1)[1]
    (tmp_path / "var" / "serve.lock").unlink()  # as if the other were another program
    other = serve(PORT=port)
    said = other.communicate(timeout=10)[0]
    assert other.returncode == 1
    assert said.startswith(f"Port {port} on 127.0.0.1 cannot be had")
    assert said.count("\n") == 1


def test_demo_accounts_are_not_shown_to_the_network(databases: Databases, tmp_path: Path) -> None:
    surroundings = {
        "HOST": "0.0.0.0",  # noqa: S104
        "PORT": "0",
        "DATABASE_URL": databases.application,
        "ENGAWA_VAR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "scripts.serve"],
        check=False,
        cwd=CHECKOUT,
        env=os.environ | surroundings,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "flask demo remove" in done.stderr


@pytest.mark.parametrize(("proxies", "seen"), [(0, b"None"), (1, b"192.0.2.7")])
def test_a_proxy_is_heard_only_where_one_is_trusted(
    serve: Serve, tmp_path: Path, proxies: int, seen: bytes
) -> None:
    front_door = tmp_path / "app.py"
    front_door.write_text(
        front_door.read_text().replace("trusted_proxies=0", f"trusted_proxies={proxies}")
    )
    line = http.client.HTTPConnection(urlsplit(address_of(serve())).netloc)
    line.request("GET", "/forwarded", headers={"X-Forwarded-For": "192.0.2.7"})
    assert line.getresponse().read() == seen
    line.close()


def test_an_answer_without_a_body_does_not_end_the_line(serve: Serve) -> None:
    """A browser that asks for a map's tiles again is told 304 some dozen times on the same connection."""
    address = urlsplit(address_of(serve()))
    for status in (204, 304, 200):
        line = http.client.HTTPConnection(address.netloc)
        for _ in range(3):
            line.request("GET", f"/answers/{status}")
            answer = line.getresponse()
            told = (answer.status, answer.read(), answer.getheader("Connection"))
            assert told == (status, b"", None)
            assert line.sock is not None
        line.request("GET", f"/answers/{status}", headers={"Connection": "close"})
        answer = line.getresponse()
        assert (answer.read(), answer.getheader("Connection")) == (b"", "close")


def test_more_than_any_file_may_have_is_refused_in_words_before_it_is_sent(serve: Serve) -> None:
    line = http.client.HTTPConnection(urlsplit(address_of(serve())).netloc)
    line.putrequest("POST", "/imports/new")
    line.putheader("Content-Length", "2000000000")
    line.endheaders()
    answer = line.getresponse()
    assert answer.status == 413
    assert "300MBまで" in answer.read().decode()
    line.close()


def test_the_demo_sign_ins_stand_in_columns(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    accounts = [
        {
            "email": "a@example.jp",
            "password": "1234",
            "role": "official",
            "municipality": "みほん市",
        },
        {
            "email": "longer@example.jp",
            "password": "12",
            "role": "viewer",
            "municipality": "碁盤町",
        },
    ]
    (tmp_path / "var" / "demo_accounts.json").write_text(json.dumps(accounts))
    server = serve()
    address_of(server)
    assert server.stdout
    lines = [server.stdout.readline().rstrip() for _ in range(4)][1:]
    assert lines == [
        "  メール email       パスワード password  役割 role  市町村 municipality",
        "  a@example.jp       1234                 official   みほん市",
        "  longer@example.jp  12                   viewer     碁盤町",
    ]
