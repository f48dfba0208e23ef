/** What makes the page handier; it is whole without. */
export const SCRIPT = `"use strict";
(() => {
  const filter = document.getElementById("filter");
  const findings = [...document.querySelectorAll("article.finding")];
  const shown = document.getElementById("shown");
  if (findings.length === 0) return;
  document.getElementById("tools").hidden = false;
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    let count = 0;
    for (const finding of findings) {
      finding.hidden = !finding.textContent.toLowerCase().includes(wanted);
      if (!finding.hidden) count += 1;
    }
    shown.textContent = wanted === "" ? "" : count + " of " + findings.length;
  });
  let current = null;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target === filter) return;
    const by = { j: 1, k: -1 }[event.key];
    if (by === undefined) return;
    const steps = [...document.querySelectorAll("article.finding:not([hidden]) a.step")];
    if (steps.length === 0) return;
    const at = current === null ? (by > 0 ? 0 : steps.length - 1) : steps.indexOf(current) + by;
    if (current !== null) current.removeAttribute("aria-current");
    current = steps[(at + steps.length) % steps.length];
    current.setAttribute("aria-current", "step");
    current.focus();
  });
})();`;
