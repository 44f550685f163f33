"""Pages in a real browser: what lights what, keys, folding, zoom, print, and axe."""

from pathlib import Path
from textwrap import dedent

import pytest
from figures.long_tables import plain_table
from hostile_pages import FAILING, HOSTILE

pytestmark = pytest.mark.slow

CELL = "#cell-b-2"  # the reduction before the 3x3 convolution of GoogLeNet's inception


def told(page) -> str:
    """Return what the page tells of what is pointed at; nothing where it is hidden."""
    aside = page.locator("#told")
    return aside.inner_text() if aside.is_visible() else ""


def lit(page, selector: str) -> bool:
    """Whether an element is lit."""
    return page.locator(f"{selector}.lit").count() == 1


def zoom(page) -> int:
    """Return the zoom that is told, in per cent."""
    return int(page.locator("output").first.inner_text().split()[0])


def test_a_row_of_the_figure_lights_that_of_the_table_and_its_lines(visit):
    page = visit("googlenet")
    page.hover("#row-3a")
    assert lit(page, "tr[data-item=row-3a]")
    assert "28x28x256" in told(page)
    assert "163,696" in told(page)
    assert "128,049,152" in told(page)
    assert "receptive field" in told(page)
    (line,) = page.locator(".line.lit").all_inner_texts()
    assert 'name="inception_3a"' in line
    assert "def inception(" in "".join(page.locator(".line.near").all_inner_texts())
    page.mouse.move(2, 2)
    assert told(page) == ""
    assert page.locator(".lit, .near").count() == 0


def test_a_row_of_the_table_lights_that_of_the_figure(visit):
    page = visit("googlenet")
    page.hover("tr[data-item=row-4c]")
    assert lit(page, "#row-4c")
    assert "contradict" not in told(page)
    assert "printed 463K, computed 497.5K, excused" in told(page)


def test_a_cell_tells_of_its_calls_and_lights_their_rows(visit):
    page = visit("googlenet")
    page.locator(CELL).scroll_into_view_if_needed()
    page.hover(CELL)
    assert "18,528" in told(page)
    assert page.locator("tr.near").count() == 9
    assert "def inception(" in "".join(page.locator(".line.near").all_inner_texts())
    lines = "".join(page.locator(".line.lit").all_inner_texts())
    assert "layers.Conv2D(" in lines  # in the function that the block calls
    assert 'name=f"{name}_3x3_reduce"' in lines  # the block's own call of it
    assert "concatenate" not in lines.lower()


def test_what_is_chosen_stays_lit_until_escape(visit):
    page = visit("googlenet")
    page.click("#row-3a")
    page.mouse.move(2, 2)
    assert lit(page, "#row-3a")
    assert page.locator("#row-3a").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert page.locator("[aria-pressed=true]").count() == 0


def test_the_source_scrolls_to_the_lines_of_what_is_chosen(visit):
    page = visit("googlenet")
    page.click("#row-5b")
    inside = page.evaluate("""() => {
        const line = document.querySelector('.line.lit').getBoundingClientRect();
        const box = document.querySelector('.source').getBoundingClientRect();
        return line.top >= box.top && line.bottom <= box.bottom;
    }""")
    assert inside


def test_the_keyboard_alone_reaches_every_row_every_cell_and_every_control(visit):
    page = visit("googlenet")
    wanted = page.evaluate("""() => [...document.querySelectorAll(
        'button, summary, [tabindex]')].length""")
    seen = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        seen.add(page.evaluate(NAME))
        if page.evaluate("document.activeElement.matches('g.item')"):
            for _ in range(60):
                page.keyboard.press("ArrowDown")
                seen.add(page.evaluate(NAME))
            assert told(page)
    every = page.evaluate(f"""() => [...document.querySelectorAll(
        'button, summary, [tabindex]')].map(element => ({NAME[6:]}))""")
    assert {*every} <= seen


NAME = """() => (element => element.id || element.outerHTML)(document.activeElement)"""


def test_focus_lights_as_pointing_does(visit):
    page = visit("googlenet")
    page.focus("tr[data-item=row-4c] button")
    assert lit(page, "#row-4c")
    page.focus("#row-conv1")
    page.keyboard.press("ArrowDown")
    assert lit(page, "tr[data-item=row-pool1]")
    page.keyboard.press("Enter")
    assert page.locator("#row-pool1").get_attribute("aria-pressed") == "true"


def test_a_panel_folds_and_unfolds(visit):
    page = visit("googlenet")
    page.focus("#block-b summary")
    page.keyboard.press("Enter")
    assert not page.locator(CELL).is_visible()
    page.keyboard.press("Enter")
    assert page.locator(CELL).is_visible()


def test_all_panels_fold_and_unfold(visit):
    page = visit("googlenet")
    button = page.locator(".folding")
    assert button.inner_text() == "Fold all"
    button.click()
    assert page.locator("details[open]").count() == 0
    assert button.inner_text() == "Unfold all"
    page.locator("#block-b summary").click()
    page.get_by_text("Fold all", exact=True).wait_for()  # some are open
    button.click()
    button.click()
    assert page.locator("details:not([open])").count() == 0


def test_a_part_of_a_long_table_folds_in_figure_and_table(visit, long):
    page = visit(long)
    drawn, group = page.locator("details.part").nth(1), page.locator("tbody").nth(1)
    row = group.locator("tr[data-item]").first
    button = group.locator(".part button")
    assert button.inner_text().endswith(drawn.locator("summary").inner_text())
    button.focus()
    page.keyboard.press("Enter")
    row.wait_for(state="hidden")
    assert drawn.get_attribute("open") is None
    assert button.get_attribute("aria-expanded") == "false"
    drawn.locator("summary").focus()
    page.keyboard.press("Space")
    row.wait_for(state="visible")  # the browser tells of it a little later
    assert button.get_attribute("aria-expanded") == "true"
    page.locator(".folding").click()
    row.wait_for(state="hidden")
    page.locator("details.part summary").first.click()
    page.locator("details.part g.item").first.click()
    assert page.locator("tr.lit").count() == 1


def test_two_fingers_zoom_around_what_lies_between_them(visit):
    page = visit("googlenet", width=500)
    touch = page.context.new_cdp_session(page)
    page.evaluate("document.querySelector('.viewport').scrollTo(60, 0)")
    box = page.locator(".viewport").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 150
    before, place = zoom(page), page.evaluate(POINTED, [x, y])

    def fingers(kind: str, apart: float) -> None:
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        points = [] if kind == "touchEnd" else points
        message = {"type": kind, "touchPoints": points}
        touch.send("Input.dispatchTouchEvent", message)

    fingers("touchStart", 50)
    for apart in (60, 80, 100):
        fingers("touchMove", apart)
    fingers("touchEnd", 100)
    assert zoom(page) == pytest.approx(2 * before, abs=2)
    assert page.evaluate(POINTED, [x, y]) == pytest.approx(place, abs=3)
    assert page.evaluate("window.visualViewport.scale") == 1  # the page itself stays
    fingers("touchStart", 100)
    fingers("touchMove", 50)
    fingers("touchEnd", 50)
    assert zoom(page) == pytest.approx(before, abs=2)
    assert page.locator("[aria-pressed=true]").count() == 0


POINTED = """([x, y]) => {
    const drawing = document.querySelector('.canvas svg');
    const box = drawing.getBoundingClientRect();
    const scale = drawing.viewBox.baseVal.width / box.width;
    return [(x - box.left) * scale, (y - box.top) * scale];
}"""
"""Where a point of the page lies in the drawing."""


def test_the_figure_zooms_by_buttons_keys_and_wheel(visit):
    page = visit("googlenet")
    before, width = zoom(page), page.locator("svg").first.bounding_box()["width"]
    page.click("[data-zoom=in]")
    assert zoom(page) > before
    assert page.locator("svg").first.bounding_box()["width"] > width
    page.focus(".viewport")
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert zoom(page) < before
    page.keyboard.press("0")
    assert zoom(page) == before
    page.hover("#row-3a")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function(
        f"parseInt(document.querySelector('output').textContent) > {before}"
    )
    assert page.evaluate("window.devicePixelRatio") == 1


def test_the_figure_is_dragged_and_moved_by_arrows(visit):
    page = visit("googlenet")
    for _ in range(4):
        page.click("[data-zoom=in]")
    page.evaluate("document.querySelector('.viewport').scrollTo(100, 100)")
    box = page.locator(".viewport").bounding_box()
    x, y = box["x"] + 300, box["y"] + 300
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 50, y - 40, steps=4)
    page.mouse.up()
    place = "(({scrollLeft, scrollTop}) => [scrollLeft, scrollTop])"
    place += "(document.querySelector('.viewport'))"
    assert page.evaluate(place) == [150, 140]
    assert page.locator("[aria-pressed=true]").count() == 0
    page.focus(".viewport")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("document.querySelector('.viewport').scrollTop > 140")


def test_the_theme_follows_the_reader_until_it_is_chosen(visit):
    ground = "getComputedStyle(document.body).backgroundColor"
    dark, light = visit("googlenet", scheme="dark"), visit("googlenet")
    assert dark.evaluate(ground) != light.evaluate(ground)
    paint = "getComputedStyle(document.querySelector('.ink-text')).fill"
    assert dark.evaluate(paint) != light.evaluate(paint)
    light.click("#theme")
    assert light.evaluate(ground) == dark.evaluate(ground)
    assert light.evaluate(paint) == dark.evaluate(paint)


def test_paper_has_no_controls_and_is_light(visit):
    page = visit("googlenet", scheme="dark")
    page.click("#row-3a")
    page.emulate_media(media="print", color_scheme="dark")
    for each in (*page.locator(".control").all(), page.locator("#told")):
        assert not each.is_visible()
    white = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert white == "rgb(255, 255, 255)"
    cut = page.evaluate("""() => [...document.querySelectorAll('.viewport, .source')]
        .filter(each => each.scrollHeight > each.clientHeight + 1).length""")
    assert cut == 0


def test_a_wide_table_is_whole_on_paper(visit):
    page = visit("googlenet", width=1050)  # A4 on its side, without margins
    page.emulate_media(media="print")
    cut = page.evaluate("""() => [...document.querySelectorAll('table')].map(
        each => each.getBoundingClientRect().right - document.body.clientWidth)""")
    assert max(cut) <= 1


@pytest.fixture
def hostile(tmp_path: Path) -> str:
    path = tmp_path / "hostile.yaml"
    path.write_text(dedent(HOSTILE), "utf-8")
    return str(path)


@pytest.fixture
def long(tmp_path: Path) -> str:
    path = tmp_path / "long.yaml"
    path.write_text(plain_table(90, skips=2), "utf-8")
    return str(path)


@pytest.fixture
def failing(tmp_path: Path) -> str:
    path = tmp_path / "failing.yaml"
    path.write_text(dedent(FAILING), "utf-8")
    return str(path)


def test_no_text_of_a_spec_runs(visit, hostile):
    page = visit(hostile)
    for item in page.locator("[data-points]").all():
        item.focus()
        assert told(page)
    assert page.locator("[id=pwned]").count() == 0


def test_rows_light_each_other_across_two_tables(visit):
    page = visit("vgg16", "--compare", "vgg19")
    page.hover("tr[data-item] >> nth=0")
    near = page.locator("tr.near")
    assert near.count() == 1
    assert page.locator("tr.lit").count() == 1


@pytest.mark.parametrize("width", [1440, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme, width, hostile, failing, long):
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    for words in (
        ("googlenet",),
        ("vgg16", "--compare", "vgg19"),
        (failing,),
        (hostile,),
        (long,),
    ):
        page = visit(*words, width=width, scheme=scheme)
        page.locator("g.item").first.focus()
        found = axe.run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("name", ["googlenet-training", "efficientnet-b0", "resnet50"])
def test_a_narrow_page_scrolls_in_its_parts_alone(visit, name):
    page = visit(name, width=400)
    assert page.evaluate("document.documentElement.scrollWidth") == 400
