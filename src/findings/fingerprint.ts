/**
 * The identity of a finding: what it is about, never where it stands.
 *
 * In:  check, rule, file, function, type, lock and the access with its blanks normalised.
 * Out: 16 hexadecimal digits; the second and later findings of one document that
 *      agree in all of it get `-2`, `-3`, … in document order.
 */
import { compareText } from "../base/index.ts";
import type { CheckId, Finding } from "./finding.ts";
import { hashOfAll } from "./hash.ts";
import { compareFindings } from "./order.ts";

export interface FingerprintParts {
  readonly check: CheckId;
  readonly rule: string | null;
  /** The file's name in the tree after the patch. */
  readonly file: string;
  readonly function: string;
  readonly type: string | null;
  readonly lock: string;
  /** The access or call as written, such as `entry->cfg.slots[i]` or `spin_unlock(&l)`; see `accessShapeOf`. */
  readonly access: string;
}

/** Marks the way in which the parts are put together; a change of it changes all fingerprints. */
const SCHEME = "1";

export function fingerprintOf(parts: FingerprintParts): string {
  return hashOfAll([
    SCHEME,
    parts.check,
    parts.rule,
    parts.file,
    parts.function,
    parts.type,
    parts.lock,
    accessShapeOf(parts.access),
  ]);
}

/**
 * An expression without what an edit changes by accident: comments, blanks, outer
 * parentheses, and those around a name whose member or element follows, which careful macros
 * have. Two words keep one blank between them.
 */
export function accessShapeOf(expression: string): string {
  const bare = expression
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ")
    .replace(/\s+/g, " ")
    .replace(/(?<![\w$]) | (?![\w$])/g, "")
    .replace(/(?<![\w$)\]])\(([\w$]+)\)(?=->|\.|\[)/g, "$1");
  return withoutOuterParentheses(bare);
}

function withoutOuterParentheses(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (let at = 0; at < text.length - 1; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth === 0) return text;
  }
  return withoutOuterParentheses(text.slice(1, -1));
}

/** The fingerprint without its ordinal. */
export function baseFingerprintOf(fingerprint: string): string {
  return fingerprint.replace(/-\d+$/, "");
}

/**
 * Gives each finding a fingerprint of its own and puts them in document order.
 *
 * The ordinal follows the place in the file, so it is the same for equal input and
 * moves only when a finding of the same identity comes or goes before it. Fields that
 * a caller added to a finding stay with it.
 *
 * @param taken numbered findings of the same document: their ordinals are not given again
 */
export function numberFingerprints<F extends Finding>(
  findings: readonly F[],
  taken: readonly Finding[] = [],
): F[] {
  const seen = new Map<string, number>();
  const nextFor = (fingerprint: string): string => {
    const base = baseFingerprintOf(fingerprint);
    const ordinal = (seen.get(base) ?? 0) + 1;
    seen.set(base, ordinal);
    return ordinal === 1 ? base : `${base}-${ordinal}`;
  };
  for (const finding of taken) nextFor(finding.fingerprint);
  return [...findings].sort(compareFindings).map((finding) => {
    const fingerprint = nextFor(finding.fingerprint);
    return fingerprint === finding.fingerprint ? finding : { ...finding, fingerprint };
  });
}

/** The fingerprints of a set of findings in a stable order: the key of a message about them. */
export function sortedFingerprints(findings: readonly Finding[]): string[] {
  return findings.map((finding) => finding.fingerprint).sort(compareText);
}
