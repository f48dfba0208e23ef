/** What pages of every kind close with, and the files that a model names. */
import type { DriverReport } from "../../review/index.ts";
import type { FileNames } from "./file-names.ts";
import { html, type Markup } from "./markup.ts";

/** @param version of the program */
export function footerOf(version: string, profile: string, files: FileNames): Markup {
  const rows = files.shortened().map(({ short, file }) => html`<li>${short}: ${file}</li>`);
  return html`<footer><p>lockspan ${version}, profile ${profile}.</p>${rows.length === 0 ? null : html`<details><summary>Files by their whole names</summary><ul>${rows}</ul></details>`}</footer>`;
}

export function filesOfModel({ functions, order, gaps }: DriverReport): string[] {
  return [...functions, ...order.flatMap(({ at }) => at), ...gaps].map(({ file }) => file);
}
