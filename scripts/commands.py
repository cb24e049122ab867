"""Several ``flask`` commands in one process: loading the application takes longer than they do.

``python -m scripts.commands "db upgrade" "demo load"``
"""

import sys

from flask.cli import ScriptInfo


def main(commands: list[str]) -> None:
    """Run them in order; the first that fails ends it, with the sentence and the status of its own."""
    from app import create_app  # noqa: PLC0415  (not before main: whoever imports this file has no app)

    app = create_app()
    known = ScriptInfo(create_app=lambda: app)
    for command in commands:
        app.cli.main(command.split(), prog_name="flask", obj=known, standalone_mode=False)


if __name__ == "__main__":
    main(sys.argv[1:])
