"""A small negotiation domain of our own in Genius' format, to change in tests."""

from __future__ import annotations

from pathlib import Path

DOMAIN = """\
<negotiation_template><utility_space number_of_issues="2"><objective index="0" name="root">
<issue index="1" name="pay" type="discrete"><item index="1" value="low"/><item index="2" value="high"/></issue>
<issue index="2" name="place" type="discrete"><item index="1" value="home"/><item index="2" value="office"/></issue>
</objective></utility_space></negotiation_template>
"""
CANDIDATE = """\
<utility_space><objective index="0" name="any">
<issue index="1" name="pay"><item value="low" evaluation="0.5"/><item value="high" evaluation="2.0"/></issue>
<issue index="2" name="place"><item value="home" evaluation="9"/><item value="office" evaluation="3"/></issue>
<weight index="1" value="1.5"/><weight index="2" value="0.5"/>
</objective><reservation value="0.25"/></utility_space>
"""
RECRUITER = """\
<utility_space><objective index="0" name="any">
<issue index="1" name="pay"><item value="low" evaluation="4"/><item value="high" evaluation="1"/></issue>
<issue index="2" name="place"><item value="home" evaluation="0"/><item value="office" evaluation="0"/></issue>
<weight index="1" value="1"/><weight index="2" value="1"/>
</objective></utility_space>
"""


def write_domain(
    folder: Path, domain: str = DOMAIN, candidate: str = CANDIDATE, recruiter: str = RECRUITER
) -> tuple[str, list[str]]:
    """Write the three files; return the paths of the domain and of the profiles."""
    paths = [folder / name for name in ("jobs.xml", "candidate.xml", "recruiter.xml")]
    for path, text in zip(paths, (domain, candidate, recruiter), strict=True):
        path.write_text(text, encoding="utf-8")
    return str(paths[0]), [str(path) for path in paths[1:]]
