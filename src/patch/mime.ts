/**
 * A raw mail to its header fields and its leaves: texts, attached files, and
 * whole mails inside the mail.
 *
 * In:  a binary string. Out: values; text is decoded to bytes, not to characters.
 * Tolerant: a broken multipart is one leaf with what there is.
 */
import { bytesOf, decodeHeader, decodeTransfer } from "./text-codec.ts";

export interface HeaderFields {
  /** The first field of that name (lower case), decoded and unfolded; null when absent. */
  readonly get: (name: string) => string | null;
  readonly isEmpty: boolean;
}

export interface Leaf {
  /** Lower case, such as `text/plain`. */
  readonly type: string;
  readonly charset: string | null;
  readonly isFlowed: boolean;
  readonly deletesSpace: boolean;
  readonly fileName: string | null;
  readonly isAttachment: boolean;
  readonly content: Uint8Array;
}

export interface Entity {
  readonly fields: HeaderFields;
  /** In the order of the mail; alternatives in the order that their sender chose. */
  readonly leaves: readonly Leaf[];
}

/** Mails nested deeper than this are left as they are. */
const MAX_DEPTH = 12;

/** @returns fields that are empty when the text does not start with a mail header. */
export function parseMail(binary: string): Entity {
  const { head, body } = splitHeader(binary);
  const fields = parseFields(head);
  return { fields, leaves: leavesOf(fields, fields.isEmpty ? binary : body, 0) };
}

function splitHeader(binary: string): { readonly head: string; readonly body: string } {
  const blank = /^\r?\n|\r?\n\r?\n/.exec(binary);
  if (blank === null) return { head: binary, body: "" };
  return { head: binary.slice(0, blank.index), body: binary.slice(blank.index + blank[0].length) };
}

function parseFields(head: string): HeaderFields {
  const values = new Map<string, string>();
  for (const field of head.split(/\r?\n(?![ \t])/)) {
    const match = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(field);
    // Prose before a diff is not a header, even when a later line has a colon.
    if (match === null && values.size === 0) break;
    const name = match?.[1]?.toLowerCase();
    if (match === null || name === undefined || values.has(name)) continue;
    values.set(name, (match[2] ?? "").replace(/\r?\n([ \t])/g, "$1").trim());
  }
  const isMail = ["from", "subject", "message-id", "date", "content-type"].some((name) => values.has(name));
  if (!isMail) values.clear();
  return {
    isEmpty: !isMail,
    get: (name) => {
      const raw = values.get(name);
      return raw === undefined ? null : decodeHeader(raw);
    },
  };
}

function leavesOf(fields: HeaderFields, body: string, depth: number): Leaf[] {
  const type = parseParameters(fields.get("content-type") ?? "text/plain");
  const boundary = type.parameters.get("boundary");
  if (type.value.startsWith("multipart/") && boundary !== undefined && depth < MAX_DEPTH) {
    return partsOf(body, boundary).flatMap((part) => {
      const { head, body: inner } = splitHeader(part);
      return leavesOf(parsePartFields(head), inner, depth + 1);
    });
  }
  const disposition = parseParameters(fields.get("content-disposition") ?? "");
  return [
    {
      type: type.value === "" || !type.value.includes("/") ? "text/plain" : type.value,
      charset: type.parameters.get("charset") ?? null,
      isFlowed: type.parameters.get("format")?.toLowerCase() === "flowed",
      deletesSpace: type.parameters.get("delsp")?.toLowerCase() === "yes",
      fileName: disposition.parameters.get("filename") ?? type.parameters.get("name") ?? null,
      isAttachment: disposition.value === "attachment",
      content:
        type.value === "message/rfc822" &&
        !/base64|quoted/i.test(fields.get("content-transfer-encoding") ?? "")
          ? bytesOf(body)
          : decodeTransfer(body, fields.get("content-transfer-encoding") ?? ""),
    },
  ];
}

/** A part's header may be empty, and need not hold any of the fields that a mail has. */
function parsePartFields(head: string): HeaderFields {
  const values = new Map<string, string>();
  for (const field of head.split(/\r?\n(?![ \t])/)) {
    const [, name, value = ""] = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(field) ?? [];
    if (name !== undefined) values.set(name.toLowerCase(), value.replace(/\r?\n/g, "").trim());
  }
  return { isEmpty: values.size === 0, get: (name) => values.get(name) ?? null };
}

function partsOf(body: string, boundary: string): string[] {
  const parts: string[] = [];
  let start: number | null = null;
  for (const { at, next, closes } of delimitersOf(body, `--${boundary}`)) {
    if (start !== null) parts.push(body.slice(start, Math.max(start, at)));
    start = closes ? null : next;
  }
  // A mail cut off before its closing delimiter still has its last part.
  if (start !== null) parts.push(body.slice(start));
  return parts;
}

interface Delimiter {
  /** Where it begins: the line end before it is part of it. */
  readonly at: number;
  readonly next: number;
  readonly closes: boolean;
}

/** A boundary is a stranger's text of any length, so it is looked for and not made a pattern. */
function delimitersOf(body: string, mark: string): Delimiter[] {
  const found: Delimiter[] = [];
  const nextFrom = (from: number) => body.indexOf(`\n${mark}`, from) + 1;
  for (let at = body.startsWith(mark) ? 0 : nextFrom(0) || -1; at !== -1; at = nextFrom(at) || -1) {
    const lf = body.indexOf("\n", at);
    const end = lf === -1 ? body.length : lf;
    const rest = body.slice(at + mark.length, end).trimEnd();
    if (rest !== "" && rest !== "--") continue;
    const before = body.slice(Math.max(0, at - 2), at).match(/\r?\n$/)?.[0].length ?? 0;
    found.push({ at: at - before, next: lf === -1 ? end : end + 1, closes: rest === "--" });
  }
  return found;
}

interface ParameterValue {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function parseParameters(text: string): ParameterValue {
  const parameters = new Map<string, string>();
  for (const match of text.matchAll(
    /;\s*([^\s=;*]+)(?:\*\d*\*?)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g,
  )) {
    const [, name = "", quoted, plain = ""] = match;
    const key = name.toLowerCase();
    const value = quoted?.replace(/\\(.)/g, "$1") ?? plain;
    parameters.set(key, (parameters.get(key) ?? "") + value);
  }
  return { value: (text.split(";")[0] ?? "").trim().toLowerCase(), parameters };
}
