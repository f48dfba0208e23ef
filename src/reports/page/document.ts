/** The frame of every page: no script has to run, nothing is fetched, and the policy in its head lets nothing be. */
import { createHash } from "node:crypto";
import { countOf } from "../wording.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { SCRIPT } from "./script.ts";
import { STYLE_SHEET } from "./style-sheet.ts";

/** `a.c and 2 more files`. */
export function filesTitle([file = "no file", ...others]: readonly string[]): string {
  return others.length === 0 ? file : `${file} and ${countOf(others.length, "more file")}`;
}

export function documentOf(title: string, body: Markup): string {
  const policy = `default-src 'none'; style-src ${hashOf(STYLE_SHEET)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${trusted(policy)}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${title} · lockspan</title><style>${trusted(STYLE_SHEET)}</style></head><body>
${body}
<script>${trusted(SCRIPT)}</script></body></html>
`.html;
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
