"""The one way in which a template becomes text: everything escaped, nothing undefined."""

from __future__ import annotations

from functools import cache

import jinja2


@cache
def template_environment(package: str, folder: str) -> jinja2.Environment:
    """Return the templates in a folder of a package; what they fill in is escaped, and a name not given is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package, folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
