"""The page in a browser: usable by all (axe-core), nothing fetched or blocked, no overflow."""

from __future__ import annotations

import importlib.util
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from pipelines import showing
from pipelines.briefings import web_page
from pipelines.briefings.document import Document, Shown
from pipelines.briefings.stage import STANDING
from pipelines.charts.style import as_bytes

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
WIDTHS = (320, 1100)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium without a window; skips where there is none."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("needs chromium and chromedriver: install them to try the pages in a browser")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    started.get("about:blank")
    yield started
    started.quit()


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core, as the package axe-playwright-python brings it."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("needs axe-core: install axe-playwright-python")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=["en", "ar", "hostile"])
def page(
    request: pytest.FixtureRequest,
    documents: dict[str, Document],
    hostile: Document,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A page with every kind of block, or one that means harm."""
    document = (documents | {"hostile": hostile})[request.param]
    (path,) = web_page.write(document, tmp_path_factory.mktemp("page"))
    return path


def visit(browser: Any, page: Path, width: int = WIDTHS[-1], media: str = "") -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media})
    browser.get(page.as_uri())


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(browser: Any, axe: str, page: Path, width: int) -> None:
    if page.name.startswith("hostile"):
        pytest.skip("its texts name languages that do not exist")
    assert judged(browser, axe, page, width) == []


def judged(browser: Any, axe: str, page: Path, width: int = WIDTHS[-1]) -> list[Any]:
    """What axe finds wrong with a page, and on a wide one what it could not judge."""
    visit(browser, page, width)
    browser.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    browser.execute_script(axe)
    result = browser.execute_async_script(
        "const done = arguments[arguments.length - 1]; axe.run(document).then(done)"
    )
    assert len(result["passes"]) > 20
    # on a narrow page axe cannot judge what is scrolled out of sight
    unclear = result["incomplete"] if width == WIDTHS[-1] else []
    found = (*result["violations"], *unclear)
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found]


def asked_for(browser: Any, page: Path) -> tuple[set[str], list[Any]]:
    """What a page asks of anyone, and what the browser says of it."""
    for kind in ("browser", "performance"):
        browser.get_log(kind)
    visit(browser, page)
    events = [json.loads(e["message"])["message"] for e in browser.get_log("performance")]
    asked = {
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    }
    return asked, browser.get_log("browser")


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("name", sorted(STANDING))
def test_standing_briefings_are_usable_by_all_and_ask_nothing_of_anyone(
    browser: Any, axe: str, built: Any, tmp_path: Path, name: str, lang: str
) -> None:
    standing = STANDING[name]
    day = standing.as_of.isoformat() if standing.as_of else None
    days = {"first": standing.first, "last": standing.last}
    typed = {end: given.isoformat() for end, given in days.items() if given}
    release, place = showing.opened(built.marts, day), standing.place_id
    (page,) = showing.brief(release, place, typed, tmp_path, lang=lang, formats=("html",))
    assert asked_for(browser, page) == ({page.as_uri()}, [])
    assert judged(browser, axe, page) == []
    held, shown = browser.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert held <= shown


def test_nothing_is_asked_of_anyone_and_nothing_is_blocked(browser: Any, page: Path) -> None:
    assert asked_for(browser, page) == ({page.as_uri()}, [])


def test_a_breach_of_the_policy_would_be_heard(browser: Any, page: Path, tmp_path: Path) -> None:
    breach = '<p style="color: red">a</p><img src="https://example.org/a.png"></body>'
    broken = tmp_path / "broken.html"
    broken.write_text(page.read_text(encoding="utf-8").replace("</body>", breach), encoding="utf-8")
    browser.get_log("browser")
    visit(browser, broken)
    heard = " ".join(e["message"] for e in browser.get_log("browser"))
    assert "style-src" in heard
    assert "default-src" in heard


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_over_the_side(browser: Any, page: Path, width: int) -> None:
    visit(browser, page, width)
    held, shown = browser.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert held <= shown
    assert browser.execute_script(
        "return getComputedStyle(document.querySelector('h1')).lineHeight !== 'normal'"
    )


def test_every_link_and_switch_is_large_enough_to_touch(browser: Any, page: Path) -> None:
    visit(browser, page, WIDTHS[0])
    sizes = browser.execute_script(
        "return [...document.querySelectorAll('a, summary')].map("
        "e => [e.textContent, e.getBoundingClientRect().width, e.getBoundingClientRect().height])"
    )
    assert sizes
    assert [s for s in sizes if min(s[1:]) < 24] == []


def test_on_paper_the_pictures_fit_and_the_switches_are_gone(browser: Any, page: Path) -> None:
    visit(browser, page, 700, media="print")
    over, switches = browser.execute_script(
        "return [[...document.querySelectorAll('svg, table')].filter("
        "e => e.getBoundingClientRect().width > document.body.clientWidth).length,"
        "[...document.querySelectorAll('details')].filter(e => e.offsetHeight > 0).length]"
    )
    assert (over, switches) == (0, 0)


def test_a_picture_looks_as_its_own_file_does(
    browser: Any, documents: dict[str, Document], tmp_path: Path
) -> None:
    document = documents["en"]
    blocks = [b for s in document.sections for b in s.blocks if isinstance(b, Shown)]
    free = tmp_path / "without-a-policy.html"
    svg = as_bytes(blocks[0].picture, "svg").decode()
    free.write_text(f"<!DOCTYPE html>{svg[svg.index('<svg') :]}", encoding="utf-8")
    (page,) = web_page.write(document, tmp_path)
    expected, found = (photograph_of_picture(browser, path) for path in (free, page))
    assert len(expected.getcolors(1 << 20) or ()) > 10
    assert ImageChops.difference(expected, found).getbbox() is None


def photograph_of_picture(browser: Any, page: Path) -> Image.Image:
    """The first picture of the page, alone and as wide as any other."""
    visit(browser, page)
    browser.execute_script(
        "const svg = document.querySelector('svg'); document.body.replaceChildren(svg);"
        "Object.assign(svg.style, {position: 'fixed', inset: '0 auto auto 0',"
        "maxInlineSize: 'none', width: '720px', height: 'auto'})"
    )
    return photograph(browser)


def photograph(browser: Any) -> Image.Image:
    return Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB")
