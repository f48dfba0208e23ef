/** What makes the page handier; it is whole without. Styles cannot be set from here: the policy forbids it. */
export const SCRIPT = `"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const root = document.documentElement;
  const tools = document.getElementById("tools");
  if (tools !== null) tools.hidden = false;

  const theme = document.getElementById("theme");
  const themes = ["auto", "light", "dark"];
  const kept = () => { try { return localStorage.getItem("lockspan-theme"); } catch { return null; } };
  const keep = (name) => { try { localStorage.setItem("lockspan-theme", name); } catch { return; } };
  const setTheme = (name) => {
    root.dataset.theme = name;
    if (theme !== null) theme.textContent = "Theme: " + name;
  };
  setTheme(themes.includes(kept()) ? kept() : "auto");
  theme?.addEventListener("click", () => {
    setTheme(themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length]);
    keep(root.dataset.theme);
  });

  const filter = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const kinds = [["article.finding:not(.commit)", "finding"], ["article.commit", "commit"], ["section.fn", "function"], ["table.facts tbody tr", "row"]];
  const texts = new Map();
  const textOf = (one) => {
    if (!texts.has(one)) texts.set(one, one.textContent.toLowerCase());
    return texts.get(one);
  };
  filter?.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    const counts = kinds.flatMap(([selector, noun]) => {
      const ones = all(selector);
      for (const one of ones) one.hidden = wanted !== "" && !textOf(one).includes(wanted);
      const left = ones.filter((one) => !one.hidden).length;
      return ones.length === 0 ? [] : [left + " of " + ones.length + " " + noun + (ones.length === 1 ? "" : "s")];
    });
    shown.textContent = wanted === "" ? "" : counts.join(", ");
  });

  let current = null;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target === filter) return;
    if (event.key === "/" && filter !== null) {
      event.preventDefault();
      filter.focus();
    }
    // Elsewhere the arrows scroll.
    const arrows = event.target.closest?.(".steps a.step") ? { ArrowDown: 1, ArrowUp: -1 } : {};
    const by = { j: 1, k: -1, ...arrows }[event.key];
    const steps = by === undefined ? [] : all("article.finding:not([hidden]) .steps a.step");
    if (steps.length === 0) return;
    event.preventDefault();
    const at = current === null ? (by > 0 ? 0 : steps.length - 1) : steps.indexOf(current) + by;
    current?.removeAttribute("aria-current");
    current = steps[(at + steps.length) % steps.length];
    current.setAttribute("aria-current", "step");
    current.focus();
    current.scrollIntoView({ block: "center" });
  });

  const order = new Intl.Collator("en", { numeric: true });
  for (const head of all("table.facts th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      const body = head.closest("table").tBodies[0];
      const keyOf = (row) => row.cells[head.cellIndex].textContent;
      body.append(...[...body.rows].sort((a, b) => sign * order.compare(keyOf(a), keyOf(b))));
    });
  }
})();`;
