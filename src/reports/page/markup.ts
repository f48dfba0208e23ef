/**
 * HTML that can only be made escaped: whatever is put into the template is text, unless it was
 * made by the template itself. Sources, names of files and mails are written by strangers.
 */
import { safeText } from "../cells.ts";

/** A piece of a page that is HTML already. */
export interface Markup {
  readonly html: string;
}

type Part = string | number | null | Markup | readonly Markup[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Attributes must stand in double quotes; null is nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: texts.reduce((made, text, at) => made + htmlOf(parts[at - 1] ?? null) + text) };
}

/** @param text of the program's own, never of a file */
export function trusted(text: string): Markup {
  return { html: text };
}

function htmlOf(part: Part): string {
  if (part === null) return "";
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escaped(part);
  if ("html" in part) return part.html;
  return part.map((each) => each.html).join("");
}

function escaped(text: string): string {
  return safeText(text, true).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? "");
}
