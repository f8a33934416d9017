"""The documentation site: the same bytes twice, links that lead somewhere, nothing loaded from elsewhere."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from waiting import LONG_LIMIT_SECONDS

from compkit.dev.tasks import DOCS_BUILD, DOCS_SITE

ROOT = Path(__file__).resolve().parents[2]
READ = ("compkit", "data", "docs", "notebooks", "CHANGELOG.md", "CONTRIBUTING.md", "GLOSSARY.md")
"""What the site is built from."""
LOADING = {"src", "srcset", "data", "poster"}
LOADING_RELATIONS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload"}
pytestmark = pytest.mark.long
STYLE_ADDRESS = re.compile(r"""(?:url\(|@import)\s*["']?(?P<address>[^"')\s;]+)""")


def start_build(checkout: Path) -> subprocess.Popen[str]:
    """Build the site of a checkout with the command of `make docs`."""
    command = [sys.executable, *DOCS_BUILD, DOCS_SITE]
    return subprocess.Popen(command, cwd=checkout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the site, built in two copies of the checkout, at the same time."""
    copies = [tmp_path_factory.mktemp("checkout") / name for name in ("one", "another")]
    for copy in copies:
        copy.mkdir()
        for name in READ:
            if (ROOT / name).is_file():
                shutil.copy(ROOT / name, copy / name)
            else:
                shutil.copytree(
                    ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "_build", "*.rst")
                )
    builds = [start_build(copy) for copy in copies]
    said = [build.communicate(timeout=LONG_LIMIT_SECONDS)[0] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], said
    return [copy / DOCS_SITE for copy in copies]


class Page(HTMLParser):
    """What a page links to, what it loads, and which anchors it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors = {"", "top"}
        self._is_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take in what a tag says."""
        given = {name: value or "" for name, value in attributes}
        self._is_style = tag == "style"
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        self.loaded += [value for name, value in given.items() if name in LOADING]
        self.loaded += STYLE_ADDRESS.findall(given.get("style", ""))
        if tag == "link" and LOADING_RELATIONS & set(given.get("rel", "").split()):
            self.loaded.append(given["href"])
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif given.get("http-equiv") == "refresh":
            self.links.append(given["content"].partition("url=")[2])

    def handle_data(self, data: str) -> None:
        """Take in what a style sheet in the page loads."""
        if self._is_style:
            self.loaded += STYLE_ADDRESS.findall(data)


def faults_of(site: Path) -> list[str]:
    """Return each link inside a site that leads nowhere, and each address outside it that a file loads."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    loaded = [(path, address) for path, page in pages.items() for address in page.loaded]
    for path in site.rglob("*.css"):
        loaded += [(path, address) for address in STYLE_ADDRESS.findall(path.read_text(encoding="utf-8"))]
    links = [(path, address) for path, page in pages.items() for address in page.links]
    faults = [f"{path.name} loads {address}" for path, address in loaded if not is_inside(address)]
    for path, address in [*links, *loaded]:
        parts = urlsplit(address)
        if is_inside(address) and parts.scheme != "data":
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = pages[target].anchors if target in pages else {""}
            if not target.is_file() or unquote(parts.fragment) not in anchors:
                faults.append(f"{path.name} links to {address}")
    return faults


def is_inside(address: str) -> bool:
    """Whether a browser finds what an address names in the site itself."""
    parts = urlsplit(address)
    return parts.scheme == "data" or not (parts.scheme or parts.netloc)


def test_two_builds_are_the_same_bytes(sites: list[Path]) -> None:
    one, another = (
        {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()} for site in sites
    )
    assert sorted(one) == sorted(another)
    assert [str(name) for name in one if one[name] != another[name]] == []


def test_every_link_leads_somewhere_and_nothing_comes_from_elsewhere(sites: list[Path]) -> None:
    assert faults_of(sites[0]) == []


def test_every_page_of_the_checkout_is_there(sites: list[Path]) -> None:
    read = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "notebooks").glob("*.ipynb"), *map(ROOT.joinpath, READ[4:])]
    pages = [sites[0] / path.relative_to(ROOT).with_suffix(".html") for path in read]
    assert [str(page) for page in pages if not page.is_file()] == []


def test_notebooks_show_what_they_were_committed_with(sites: list[Path]) -> None:
    """The guide's example: 4 x 175,000 of salary, 140,000 of sign-on, 300,000 of stock."""
    assert "$1,140,000" in (sites[0] / "notebooks" / "offer_evaluation.html").read_text(encoding="utf-8")


def test_every_public_name_is_in_the_reference(sites: list[Path]) -> None:
    stubs = list((ROOT / "compkit").rglob("__init__.pyi"))
    assert len(stubs) > 10
    for stub in stubs:
        package = ".".join(stub.parent.relative_to(ROOT).parts)
        page = Page((sites[0] / "docs" / "reference" / f"{package}.html").read_text(encoding="utf-8"))
        names = importlib.import_module(package).__all__
        assert [name for name in names if f"{package}.{name}" not in page.anchors] == []


def test_a_docstring_links_the_rule_that_it_cites(sites: list[Path]) -> None:
    page = Page((sites[0] / "docs" / "reference" / "compkit.pay.html").read_text(encoding="utf-8"))
    assert "../how-the-figures-are-made.html#present-value" in page.links


def test_a_page_that_links_nowhere_stops_the_build(tmp_path: Path) -> None:
    """Sphinx checks links before they become HTML: one of a page, one of a heading."""
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "conf.py", tmp_path / "docs")
    (tmp_path / "docs" / "index.md").write_text("# Title\n\n[one]" + "(nowhere.md) [another](#no-such-heading)\n")
    build = start_build(tmp_path)
    said = build.communicate(timeout=LONG_LIMIT_SECONDS)[0]
    assert build.returncode == 1, said
    assert re.findall("nowhere.md|no-such-heading", said) == ["nowhere.md", "no-such-heading"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="other.html#there">', None),
        ('<a href="https://example.com/">', None),
        ('<img src="data:image/png;base64,AAAA">', None),
        ('<a href="other.html#nowhere">', "index.html links to other.html#nowhere"),
        ('<a href="nowhere.html">', "index.html links to nowhere.html"),
        ('<img src="nowhere.png">', "index.html links to nowhere.png"),
        ('<script src="https://example.com/a.js"></script>', "index.html loads https://example.com/a.js"),
        ('<link rel="stylesheet" href="//example.com/a.css">', "index.html loads //example.com/a.css"),
        ('<style>@import "https://example.com/a.css";</style>', "index.html loads https://example.com/a.css"),
        ("<p style=\"background: url('https://example.com/a.png')\">", "index.html loads https://example.com/a.png"),
    ],
)
def test_a_fault_is_found(body: str, fault: str | None, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(f"<!doctype html><title>x</title>{body}")
    (tmp_path / "other.html").write_text('<!doctype html><title>x</title><p id="there">')
    assert faults_of(tmp_path) == ([fault] if fault else [])
