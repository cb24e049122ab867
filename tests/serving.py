"""The application under waitress in a process of its own, without what ./run does besides: no worker, no warming up.

For tests that kill it: it is there again at once. ``python -m tests.serving``; the environment as for ./run, and in
ENGAWA_TESTS_TEMPLATES the folder of the templates that this run of the tests has translated (tests/town.py).
"""

import os

import waitress
from jinja2 import FileSystemBytecodeCache

from app import Settings, create_app


def main() -> None:
    """Serve on a free port of 127.0.0.1, and print the address."""
    app = create_app(Settings.from_environment())
    if kept := os.environ.get("ENGAWA_TESTS_TEMPLATES"):
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(kept)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=8, ident=None)
    print(f"http://127.0.0.1:{server.effective_port}/", flush=True)
    server.run()


if __name__ == "__main__":
    main()
