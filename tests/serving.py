"""The application under waitress in a process of its own, without what ./run does besides: no worker, no warming up.

For tests that kill it: it is there again at once. ``python -m tests.serving``; the environment as for ./run.
"""

import waitress

from app import Settings, create_app


def main() -> None:
    """Serve on a free port of 127.0.0.1, and print the address."""
    server = waitress.create_server(
        create_app(Settings.from_environment()), host="127.0.0.1", port=0, threads=8, ident=None
    )
    print(f"http://127.0.0.1:{server.effective_port}/", flush=True)
    server.run()


if __name__ == "__main__":
    main()
