/** The bar at the top of a page: its parts, and the tools of the script. */
import { html, type Markup } from "./markup.ts";

/** Name of the place, words, and how many there are of it; null for a part without number. */
export type Part = readonly [place: string, title: string, count: number | null];

/** @param filters what the filter looks through, in words; null for a page without */
export function contentsBar(parts: readonly Part[], filters: string | null): Markup {
  const links = parts.map(
    ([place, title, count]) =>
      html`<li><a href="#${place}">${title}${count === null ? null : html` <small>${count}</small>`}</a></li>`,
  );
  const filter =
    filters === null
      ? null
      : html`<label><span class="vh">Show only ${filters} that contain</span><input id="filter" type="search" placeholder="Filter" autocomplete="off"></label> <span id="shown" role="status"></span>`;
  return html`<div class="bar"><nav aria-label="Parts of this page"><ul>${links}</ul></nav><div id="tools" role="search" hidden>${filter}<button id="theme" type="button">Theme: auto</button></div></div>
`;
}
