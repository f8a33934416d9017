"""Template environment: everything escaped, nothing undefined."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2


@cache
def template_environment(package: str, folder: str) -> jinja2.Environment:
    """Templates of a package's folder; values are escaped, and a missing name is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package, folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def rendered(package: str, template: str, **values: Any) -> str:
    """Page from a template of a package, by its name without ending."""
    return template_environment(package, "templates").get_template(f"{template}.html.j2").render(values)
