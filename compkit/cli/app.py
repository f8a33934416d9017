"""Command that serves the app."""

from __future__ import annotations

import re
import secrets
import webbrowser
from importlib.util import find_spec
from pathlib import Path

import click

from compkit.cli.exits import EXIT_DONE, EXIT_REFUSED
from compkit.cli.options import json_option, load_offers_with_warnings, print_json
from compkit.errors import Fault, InputError
from compkit.offers import people_of, reference_faults
from compkit.paydata import OWN_STORE, find_pay_store, require_packages

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,}")


@click.command("app")
@click.argument("file", required=False, metavar="[FILE]", type=click.Path())
@click.option("--port", type=click.IntRange(0, 65535), default=8866, show_default=True, metavar="N",
              help="Port to serve at; 0 for any that is free.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True, metavar="H",
              help="Address to serve at. By default only this computer can open the app.")  # fmt: skip
@click.option(
    "--token", metavar="T", help="What the address must have, at least 16 letters and digits. Default: random."
)
@click.option(
    "--store", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH",
    help=f"Store of reported pay to hold all visitors' offers against. Default: {OWN_STORE} as for other commands, as "
         "long as only this computer can open the app.",
)  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Don't open the app in a browser.")
@json_option
def app_command(
    file: str | None, port: int, host: str, token: str | None, store: Path | None, *, no_browser: bool, as_json: bool
) -> int:
    """Serve the app: your offers in the browser, without code. It runs until you end it with Ctrl-C.

    Without FILE it starts empty. Nothing that is typed is written to a file unless it is saved.
    """
    if find_spec("voila") is None:
        click.echo('The app needs Voila. Install it: pip install "compkit[app]"', err=True)
        return EXIT_REFUSED
    if token is not None and not _TOKEN.fullmatch(token):
        raise InputError([Fault("", "", "--token", "must have at least 16 letters, digits, - or _, and nothing else.")])
    if file is not None:
        faults = reference_faults(people_of(load_offers_with_warnings([file])))
        if faults:
            raise InputError(faults)
    from compkit.app import AddressError, AppOptions, is_loopback, serve

    if store or is_loopback(host):  # most sources forbid to hand copies of their data on, unless you name it
        store = _readable_store(store, file)
    options = AppOptions(port=port, host=host, token=token or secrets.token_urlsafe(24))

    def started(address: str) -> None:
        if as_json:
            print_json({"address": address})
        else:
            click.echo(f"The app is at {address}\nPress Ctrl-C to end it.")
        if not is_loopback(host):
            click.echo(
                "Anyone who can reach this computer and has the address can see these offers and use its time; "
                "the connection is not encrypted.",
                err=True,
            )
        if not no_browser:
            webbrowser.open(address)

    try:
        serve(options, file, started, store)
    except AddressError as error:
        option = "--port" if error.is_of_port else "--host"
        click.echo(f"{option}: {host}:{port} can't be used: {error}. Give another {option}.", err=True)
        return EXIT_REFUSED
    return EXIT_DONE


def _readable_store(named: Path | None, offers_file: str | None) -> Path | None:
    """Store that is named, or the person's own; None without one.

    Raises
    ------
    InputError
        If it can't be read.
    """
    found = find_pay_store(named, [offers_file] if offers_file else [])
    if found is not None:
        require_packages()
        from compkit.paydata import open_store

        with open_store(found):
            pass
    return found
