"""Brings the database up to date and loads the data: one process, so Django starts only once."""

import sys
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def prepare(accounts: Path) -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_vocabulary")
    if not settings.DEMO:
        accounts.unlink(missing_ok=True)
        return
    call_command("load_demo")
    output = StringIO()
    call_command("load_demo", accounts=True, stdout=output)
    accounts.write_text(output.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    prepare(Path(sys.argv[1]))
