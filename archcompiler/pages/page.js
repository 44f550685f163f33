"use strict";

(() => {
  const SMALLEST = 0.2;
  const LARGEST = 4;
  const STEP = 1.25;
  const READABLE = 0.8;
  const DRAG = 4;
  const told = document.getElementById("told");
  const items = new Map();
  const grounds = new Map();
  const marked = [];
  let pinned = null;
  let shown = null;

  for (const side of JSON.parse(document.getElementById("facts").textContent)) {
    for (const [id, item] of Object.entries(side.items)) {
      items.set(id, { ...item, prefix: side.prefix });
    }
  }

  // Elements ------------------------------------------------------------------

  function make(tag, text, ...children) {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    element.append(...children);
    return element;
  }

  function row_of(id) {
    return document.querySelector(`tr[data-item="${CSS.escape(id)}"]`);
  }

  function places_of(id) {
    return [document.getElementById(id), grounds.get(id), row_of(id)];
  }

  function lines_of(item, spans) {
    const found = [];
    for (const [first, last] of spans) {
      for (let at = first; at <= last; at += 1) {
        found.push(document.getElementById(`${item.prefix}line-${at}`));
      }
    }
    return found;
  }

  // Pointing ------------------------------------------------------------------

  function mark(elements, word) {
    for (const element of elements) {
      if (!element) continue;
      element.classList.add(word);
      marked.push([element, word]);
    }
  }

  function show(id) {
    if (id === shown) return;
    shown = id;
    for (const [element, word] of marked.splice(0)) element.classList.remove(word);
    told.hidden = !id;
    if (!id) return;
    const item = items.get(id);
    mark(places_of(id), "lit");
    for (const other of item.also) mark(places_of(other), "near");
    mark(lines_of(item, item.within), "near");
    mark(lines_of(item, item.lines), "lit");
    told.replaceChildren(...telling(item));
  }

  function telling(item) {
    const heading = make("h2", item.title);
    if (item.detail) heading.append(" ", make("span", item.detail));
    return [heading, ...(item.calls ? cell_telling(item) : row_telling(item))];
  }

  function row_telling(item) {
    const facts = item.facts
      .filter(([, value]) => value)
      .map(([name, value]) => make("div", "", make("dt", name), make("dd", value)));
    const claims = item.claims.map((claim) => {
      const sign = make("span", claim.mark);
      sign.className = `mark ${claim.verdict}`;
      const computed = claim.verdict === "agrees" ? "" : `, computed ${claim.computed}`;
      const reason = claim.reason ? `: ${claim.reason}` : "";
      return make("li", "", sign, ` ${claim.column}: printed ${claim.printed}${computed}, ${claim.verdict}${reason}`);
    });
    return [make("dl", "", ...facts), make("ul", "", ...claims)];
  }

  function cell_telling(item) {
    const line = (heading, at) => {
      const cells = item.calls.map((call) => make(at ? "td" : "th", call[at]));
      return make("tr", "", make("th", heading), ...cells);
    };
    const table = make("table", "", ...item.headings.map(line));
    return item.more ? [table, make("p", `and ${item.more} more`)] : [table];
  }

  // Where something is pointed at, the other places scroll to it; the page stays.
  function reveal(id, from) {
    const item = items.get(id);
    const [line] = lines_of(item, item.lines.length ? item.lines : item.within);
    for (const element of [document.getElementById(id), row_of(id), line]) {
      if (!element || element.contains(from)) continue;
      unfold(element);
      scroll_within(element);
    }
  }

  function unfold(element) {
    const folded = element.closest("details:not([open])");
    if (folded) folded.open = true;
    const group = element.closest("tbody.folded");
    if (group) set_part(group, true);
  }

  function scroll_within(element) {
    const box = element.closest(".viewport, .scrolled, .source");
    if (!box) return;
    const inner = element.getBoundingClientRect();
    const outer = box.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      box.scrollTop += inner.top - outer.top - box.clientHeight / 3;
    }
  }

  function pin(id, from) {
    pinned = pinned === id ? null : id;
    for (const element of document.querySelectorAll("[aria-pressed]")) {
      element.setAttribute("aria-pressed", String(element.dataset.points === pinned));
    }
    show(pinned || id);
    if (pinned) reveal(id, from);
  }

  function points(element, id, trigger) {
    trigger.dataset.points = id;
    trigger.setAttribute("aria-pressed", "false");
    element.addEventListener("pointerenter", () => show(id));
    element.addEventListener("pointerleave", () => show(pinned));
    trigger.addEventListener("focus", () => {
      show(id);
      if (trigger.matches(":focus-visible")) reveal(id, trigger);
    });
    trigger.addEventListener("blur", () => show(pinned));
    element.addEventListener("click", () => pin(id, trigger));
  }

  // The figure's items ----------------------------------------------------------

  function prepare_drawing(drawing) {
    drawing.setAttribute("role", "group");
    const title = drawing.querySelector(":scope > title");
    drawing.setAttribute("aria-label", title.textContent);
    title.remove();
    const found = [...drawing.querySelectorAll("g[id]")].filter((each) => items.has(each.id));
    found.forEach((each, at) => prepare_item(drawing, each, at));
    drawing.addEventListener("keydown", (event) => move(event, found));
  }

  function prepare_item(drawing, group, at) {
    const title = group.querySelector(":scope > title");
    const box = group.getBBox();
    const is_row = !items.get(group.id).calls;
    const middle = box.y + box.height / 2;
    const place = is_row
      ? { x: -2, y: middle - 11, width: drawing.viewBox.baseVal.width - 2, height: 22 }
      : { x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2 };
    group.append(rectangle(place, "hit"));
    group.classList.add("item", is_row ? "row" : "cell");
    if (is_row) {
      const ground = rectangle(place, "ground");
      ground.setAttribute("transform", group.getAttribute("transform") || "");
      grounds.set(group.id, ground);
      drawing.prepend(ground);
      group.classList.toggle("changed", row_of(group.id).classList.contains("changed"));
    }
    group.setAttribute("role", "button");
    group.setAttribute("aria-description", title.textContent);
    group.setAttribute("tabindex", at ? "-1" : "0");
    title.remove();
    points(group, group.id, group);
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      pin(group.id, group);
    });
  }

  function rectangle(place, word) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries(place)) made.setAttribute(name, value);
    made.setAttribute("rx", 3);
    made.classList.add(word);
    return made;
  }

  function move(event, found) {
    const at = found.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: found.length - 1 };
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const next = found[steps[event.key]];
    if (!next) return;
    found[at].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  // Zoom and pan ----------------------------------------------------------------

  function prepare_figure(figure) {
    const viewport = figure.querySelector(".viewport");
    const drawings = [...viewport.querySelectorAll("svg")];
    const output = figure.querySelector("output");
    const padding = parseFloat(getComputedStyle(viewport.firstElementChild).paddingLeft);
    let zoom = 1;

    function set_zoom(wanted, x = viewport.clientWidth / 2, y = viewport.clientHeight / 2) {
      const next = Math.min(LARGEST, Math.max(SMALLEST, wanted));
      const left = (viewport.scrollLeft + x - padding) * (next / zoom) + padding - x;
      const top = (viewport.scrollTop + y - padding) * (next / zoom) + padding - y;
      zoom = next;
      for (const drawing of drawings) {
        drawing.setAttribute("width", drawing.viewBox.baseVal.width * zoom);
        drawing.setAttribute("height", drawing.viewBox.baseVal.height * zoom);
      }
      viewport.scrollTo(left, top);
      output.textContent = `${Math.round(zoom * 100)} %`;
    }

    function fit() {
      const room = viewport.clientWidth - 24;
      return room / drawings[0].viewBox.baseVal.width;
    }

    const initial = () => Math.min(1, Math.max(READABLE, fit()));
    const acts = {
      in: () => set_zoom(zoom * STEP),
      out: () => set_zoom(zoom / STEP),
      fit: () => set_zoom(fit()),
      reset: () => set_zoom(initial()),
    };
    for (const button of figure.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", acts[button.dataset.zoom]);
    }
    viewport.addEventListener("keydown", (event) => {
      const act = { "+": "in", "=": "in", "-": "out", 0: "reset" }[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      acts[act]();
    });
    viewport.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = viewport.getBoundingClientRect();
      const factor = Math.exp(-event.deltaY / 300);
      set_zoom(zoom * factor, event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    prepare_drag(viewport);
    prepare_pinch(viewport, () => zoom, set_zoom);
    figure.querySelector(".controls").hidden = false;
    acts.reset();
  }

  function prepare_drag(viewport) {
    let start = null;
    let moved = false;
    viewport.addEventListener("pointerdown", (event) => {
      moved = false;
      if (event.pointerType !== "mouse" || event.button !== 0 || event.target.closest("summary, p")) return;
      start = { x: event.clientX, y: event.clientY, left: viewport.scrollLeft, top: viewport.scrollTop };
    });
    window.addEventListener("pointermove", (event) => {
      if (!start) return;
      const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
      if (!moved && Math.hypot(dx, dy) < DRAG) return;
      moved = true;
      viewport.classList.add("dragged");
      viewport.scrollTo(start.left - dx, start.top - dy);
    });
    window.addEventListener("pointerup", () => {
      start = null;
      viewport.classList.remove("dragged");
    });
    viewport.addEventListener("click", (event) => {
      if (moved) event.stopPropagation();
    }, true);
  }

  function prepare_pinch(viewport, zoom, set_zoom) {
    let start = null;
    const apart = ([one, other]) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    viewport.addEventListener("touchstart", (event) => {
      start = event.touches.length === 2 ? { apart: apart(event.touches), zoom: zoom() } : null;
    }, { passive: true });
    viewport.addEventListener("touchmove", (event) => {
      if (!start || event.touches.length !== 2) return;
      event.preventDefault();
      const box = viewport.getBoundingClientRect();
      const [one, other] = event.touches;
      const x = (one.clientX + other.clientX) / 2 - box.left;
      const y = (one.clientY + other.clientY) / 2 - box.top;
      set_zoom(start.zoom * (apart(event.touches) / start.apart), x, y);
    }, { passive: false });
  }

  // Folding ---------------------------------------------------------------------

  function prepare_folding(figure) {
    const button = figure.querySelector(".folding");
    if (!button) return;
    const panels = [...figure.querySelectorAll("details")];
    const is_open = () => panels.some((each) => each.open);
    const name = () => { button.textContent = is_open() ? "Fold all" : "Unfold all"; };
    button.addEventListener("click", () => {
      const wanted = !is_open();
      for (const each of panels) each.open = wanted;
    });
    for (const each of panels) each.addEventListener("toggle", name);
    name();
    button.hidden = false;
  }

  // A part of a long table folds in the figure and in the table at once.
  function set_part(group, open) {
    group.classList.toggle("folded", !open);
    group.querySelector(".part button").setAttribute("aria-expanded", String(open));
    drawn_part(group).open = open;
  }

  function drawn_part(group) {
    return document.querySelector(`details[data-part="${CSS.escape(group.dataset.part)}"]`);
  }

  function prepare_part(group) {
    const drawn = drawn_part(group);
    group.querySelector(".part button").addEventListener("click", () => set_part(group, !drawn.open));
    drawn.addEventListener("toggle", () => set_part(group, drawn.open));
  }

  // Theme and paper -------------------------------------------------------------

  function prepare_theme(button) {
    const prefers = window.matchMedia("(prefers-color-scheme: dark)");
    let dark = prefers.matches;
    const name = () => { button.textContent = dark ? "Light theme" : "Dark theme"; };
    button.addEventListener("click", () => {
      dark = !dark;
      document.documentElement.style.colorScheme = dark ? "dark" : "light";
      name();
    });
    prefers.addEventListener("change", () => {
      if (document.documentElement.style.colorScheme) return;
      dark = prefers.matches;
      name();
    });
    name();
    button.hidden = false;
  }

  function prepare_print() {
    let folded = [];
    window.addEventListener("beforeprint", () => {
      folded = [...document.querySelectorAll("details:not([open])")];
      for (const each of folded) each.open = true;
    });
    window.addEventListener("afterprint", () => {
      for (const each of folded) each.open = false;
    });
  }

  for (const drawing of document.querySelectorAll(".canvas svg")) prepare_drawing(drawing);
  for (const row of document.querySelectorAll("tr[data-item]")) {
    points(row, row.dataset.item, row.querySelector("button"));
  }
  for (const group of document.querySelectorAll("tbody[data-part]")) prepare_part(group);
  for (const figure of document.querySelectorAll(".figure")) {
    prepare_figure(figure);
    prepare_folding(figure);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && pinned) pin(pinned);
  });
  prepare_theme(document.getElementById("theme"));
  prepare_print();
})();
