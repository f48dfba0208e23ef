/**
 * Lines that the runner of a GitHub job reads as commands, and lines that it must not.
 *
 * Names and code of a pull request are strangers' words: none of them may start a
 * command of its own, or end the one that it stands in.
 */
import type { Finding, Severity } from "../findings/index.ts";
import { safeText } from "./cells.ts";

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };
/** The runner shows ten of each level a step, and drops the others without a word. */
const SHOWN_OF_LEVEL = 10;

/** @returns a command for each finding that the runner shows, and how many that leaves out */
export function annotations(findings: readonly Finding[]): {
  readonly lines: readonly string[];
  readonly left: number;
} {
  const shown = Object.keys(LEVELS).flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity).slice(0, SHOWN_OF_LEVEL),
  );
  return { lines: shown.map(annotationOf), left: findings.length - shown.length };
}

function annotationOf(finding: Finding): string {
  // Of a deleted line there is nothing left to mark; the path ends where something is.
  const end = finding.trace.at(-1);
  const place =
    finding.side === "new" || end === undefined
      ? { file: finding.file, line: finding.line, endLine: finding.endLine }
      : { file: end.file, line: end.line, endLine: end.line };
  const properties = { ...place, title: `lockspan: ${finding.check}` };
  return command(LEVELS[finding.severity], properties, finding.message);
}

export function command(
  name: string,
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(String(value))}`);
  return `::${name}${pairs.length === 0 ? "" : ` ${pairs.join(",")}`}::${escapedData(message)}`;
}

function escapedData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Text for the log, line by line, in which no line is a command: neither `::name::` nor `##[name]`. */
export function logLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map((line) => {
    const safe = safeText(line, true).replaceAll("##[", "## [");
    return /^\s*::/.test(safe) ? safe.replace("::", ": :") : safe;
  });
}
