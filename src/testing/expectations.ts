/**
 * The expectations that a C fixture carries in its comments.
 *
 * In:  the text of a fixture.
 * Out: its header and what it expects of each line. The grammar is written down
 *      in fixtures/README.md.
 *
 * A comment that looks like an expectation and does not parse is an error: a
 * misspelt word must not pass as "nothing expected".
 */
import type { CheckId, Finding, Severity } from "../findings/index.ts";

/** What the header comment says of the fixture as a whole. */
export interface FixtureHeader {
  /** One sentence. */
  readonly fixture: string;
  /** Ids of the situations of the catalogue, such as `A03`. */
  readonly situations: readonly string[];
  /** Null: the fixture does not depend on the profile. */
  readonly profile: string | null;
  /** The folder of the rule pack, relative to `fixtures/`; null for the common one. */
  readonly pack: string | null;
  /** Further files of the program, relative to the fixture's folder. */
  readonly with: readonly string[];
}

/** What a fixture says of one finding. */
interface Verdict {
  readonly check: CheckId;
  readonly confidence: "must" | "may";
  /** Null: the severity is not asked for. */
  readonly severity: Severity | null;
  /** Null: the status is not asked for. */
  readonly status: Finding["status"] | null;
}

/** What must be reported. */
export interface ExpectedFinding extends Verdict {
  readonly kind: "expect";
  readonly line: number;
}

/** A known miss, or a known false alarm. */
export interface KnownFault extends Omit<Verdict, "confidence"> {
  readonly kind: "miss" | "noise";
  readonly line: number;
  /** Null: the confidence is not asked for. */
  readonly confidence: Verdict["confidence"] | null;
  /** An issue's number, or words. */
  readonly reason: string;
}

/** Words that a finding on this line must hold, or is known not to hold yet. */
export interface ExpectedWords {
  readonly kind: "says" | "says-miss";
  readonly line: number;
  readonly words: string;
}

export type Expectation =
  | ExpectedFinding
  | KnownFault
  | ExpectedWords
  | { readonly kind: "none"; readonly line: number; readonly reason: string }
  | { readonly kind: "held"; readonly line: number; readonly locks: readonly string[] }
  | { readonly kind: "gap"; readonly line: number; readonly why: string };

export interface Fixture {
  readonly header: FixtureHeader;
  readonly expectations: readonly Expectation[];
}

interface Comment {
  readonly line: number;
  /** Without its marks, trimmed. */
  readonly text: string;
}

const KEYWORDS = ["expect", "expect-none", "expect-miss", "expect-noise", "says", "says-miss", "held", "gap"];
const HEADER_KEYS = ["fixture", "situation", "profile", "pack", "with"];
// A record, so that the compiler asks for a check that is new.
const CHECKS: Readonly<Record<CheckId, true>> = {
  "guarded-access": true,
  "caller-must-hold": true,
  "early-unlock": true,
  "stale-reference": true,
  escape: true,
  "lock-leak": true,
  "double-lock": true,
  "unlock-not-held": true,
  "check-then-act": true,
  "irq-unsafe": true,
  "alloc-irq-off": true,
  "lock-contract-change": true,
  "lock-order": true,
  "new-nesting": true,
};

/** @throws {Error} with the line, when the header is missing or a comment is no valid expectation */
export function parseFixture(text: string): Fixture {
  const [header, ...comments] = commentsOf(text);
  if (header === undefined || !header.text.startsWith("fixture:")) {
    throw new Error("line 1: a fixture opens with a comment `fixture: one sentence`");
  }
  return { header: parseHeader(header.text), expectations: comments.flatMap(parseComment) };
}

/** Comments in order; a quoted string hides what looks like one. */
function commentsOf(text: string): Comment[] {
  const tokens = /\/\*([\s\S]*?)\*\/|\/\/([^\n]*)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return [...text.matchAll(tokens)]
    .filter((match) => match[0].startsWith("/"))
    .map((match) => ({
      line: text.slice(0, match.index).split("\n").length,
      text: (match[1] ?? match[2] ?? "").replace(/^[\s*]+/, "").trim(),
    }));
}

function parseHeader(text: string): FixtureHeader {
  const values = new Map<string, string>();
  let key = "";
  for (const raw of text.split("\n")) {
    const line = raw.replace(/^[\s*]+/, "").trim();
    const [, newKey = "", value = line] = /^([a-z]+):\s*(.*)$/.exec(line) ?? [];
    if (newKey !== "" && !HEADER_KEYS.includes(newKey)) {
      throw new Error(`the header knows no "${newKey}"; it has ${HEADER_KEYS.join(", ")}`);
    }
    key = newKey || key;
    values.set(key, `${values.get(key) ?? ""} ${value}`.trim());
  }
  return {
    fixture: values.get("fixture") ?? "",
    situations: wordsOf(values.get("situation")),
    profile: values.get("profile") ?? null,
    pack: values.get("pack") ?? null,
    with: wordsOf(values.get("with")),
  };
}

function wordsOf(value: string | undefined): string[] {
  return (value ?? "").split(/[\s,]+/).filter((word) => word !== "");
}

function parseComment(comment: Comment): Expectation[] {
  const [, keyword = "", colon = "", rest = ""] =
    /^([A-Za-z-]+)\s*(:?)\s*([\s\S]*)$/.exec(comment.text) ?? [];
  if (!KEYWORDS.includes(keyword) || colon === "") {
    if (looksLikeExpectation(keyword, colon)) throw refusal(comment, "is no expectation, but looks like one");
    return [];
  }
  return [parseExpectation(keyword, rest, comment)];
}

function parseExpectation(keyword: string, rest: string, comment: Comment): Expectation {
  const { line } = comment;
  if (rest === "") throw refusal(comment, "says nothing after the colon");
  switch (keyword) {
    case "expect":
      return { kind: "expect", line, ...parseVerdict(rest, comment) };
    case "expect-miss":
    case "expect-noise":
      return { kind: keyword === "expect-miss" ? "miss" : "noise", line, ...parseKnown(rest, comment) };
    case "expect-none":
      return { kind: "none", line, reason: rest };
    case "says":
    case "says-miss":
      return { kind: keyword, line, words: rest };
    case "held":
      return { kind: "held", line, locks: rest === "nothing" ? [] : rest.split(/\s*,\s*/).sort() };
    default:
      return { kind: "gap", line, why: rest };
  }
}

const SEVERITIES = ["error", "warning", "note"] as const;
const STATUSES = ["live", "latent", "unknown"] as const;

/** `check-id`, then `may`, a severity and a status where they matter. */
function parseVerdict(rest: string, comment: Comment): Verdict {
  const [check = "", ...words] = rest.split(/\s+/);
  if (!isCheck(check)) throw refusal(comment, "names no check");
  const severity = SEVERITIES.find((name) => words.includes(name)) ?? null;
  const status = STATUSES.find((name) => words.includes(name)) ?? null;
  const allowed: readonly (string | null)[] = ["may", severity, status];
  if (words.some((word, at) => !allowed.includes(word) || words.indexOf(word) !== at)) {
    throw refusal(comment, 'may be followed by "may", one severity and one status only');
  }
  return { check, confidence: words.includes("may") ? "may" : "must", severity, status };
}

/** `check-id`, the words of a verdict where they matter, then `#n` or the reason in words. */
function parseKnown(rest: string, comment: Comment): Omit<KnownFault, "kind" | "line"> {
  const [, asked = "", reason = ""] =
    /^(\S+(?:\s+(?:may|must|error|warning|note|live|latent|unknown)(?=\s))*)\s*([\s\S]*)$/.exec(rest) ?? [];
  if (reason === "") throw refusal(comment, "gives no number and no reason");
  const words = asked.split(/\s+/);
  const confidence = (["may", "must"] as const).find((word) => words.includes(word)) ?? null;
  const verdict = parseVerdict(words.filter((word) => word !== "must").join(" "), comment);
  return { ...verdict, confidence, reason };
}

function isCheck(word: string): word is CheckId {
  return Object.hasOwn(CHECKS, word);
}

/** Anything that begins like a keyword, or is one slip of the keyboard away from one. */
function looksLikeExpectation(word: string, colon: string): boolean {
  const lower = word.toLowerCase();
  if (/^expect(?:$|-|s$|ed$)/.test(lower)) return true;
  return colon !== "" && KEYWORDS.some((keyword) => distance(lower, keyword) <= (keyword.length > 4 ? 2 : 1));
}

/** Edits (insert, delete, replace) between two words. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...left].entries()) {
    const next = [at + 1];
    for (let to = 1; to <= right.length; to++) {
      const replaced = (row[to - 1] ?? 0) + (letter === right[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

function refusal(comment: Comment, why: string): Error {
  return new Error(`line ${comment.line}: the comment "${comment.text}" ${why}; see fixtures/README.md`);
}
