/**
 * The mark hidden in each comment of ours, by which a later run knows what was said.
 *
 * It proves nothing: whoever reads a comment can copy it, so the comment's author has
 * to be looked at as well.
 */
import type { Profile } from "../rules/index.ts";

export type Mark =
  | { readonly kind: "summary"; readonly profile: string }
  | {
      readonly kind: "finding";
      readonly profile: string;
      readonly fingerprint: string;
      /** `fixed`: a later push repaired it, and the comment says so. */
      readonly state: "open" | "fixed";
    };

// A mark is the last line: further up a name in the code may look like one.
const SUMMARY = /(?:^|\n)<!-- lockspan:summary:1 profile=([a-z-]+) -->\s*$/;
const FINDING =
  /(?:^|\n)<!-- lockspan:finding:1 profile=([a-z-]+) fingerprint=([0-9a-f-]+) state=(open|fixed) -->\s*$/;

export function summaryMark(profile: Profile): string {
  return `<!-- lockspan:summary:1 profile=${profile} -->`;
}

export function findingMark(profile: Profile, fingerprint: string, state: "open" | "fixed"): string {
  return `<!-- lockspan:finding:1 profile=${profile} fingerprint=${fingerprint} state=${state} -->`;
}

/** Null for a text that is not ours. */
export function readMark(body: string): Mark | null {
  const [, ofSummary] = SUMMARY.exec(body) ?? [];
  if (ofSummary !== undefined) return { kind: "summary", profile: ofSummary };
  const [, profile, fingerprint, state] = FINDING.exec(body) ?? [];
  if (profile === undefined || fingerprint === undefined) return null;
  return { kind: "finding", profile, fingerprint, state: state === "fixed" ? "fixed" : "open" };
}

/**
 * The comment of a finding that is gone: what it said stays, below a line that says so. What it
 * suggested is only shown: applied now, it would mend once more.
 */
export function fixedBody(body: string, commit: string): string {
  const head = `**Fixed** as of ${commit.slice(0, 12)}.\n\n`;
  return (head + body)
    .replace(/^(`{3,})suggestion$/m, "$1c")
    .replace(FINDING, (mark) => mark.replace("state=open", "state=fixed"));
}
