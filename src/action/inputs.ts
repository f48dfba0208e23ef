/**
 * What the workflow says: the inputs of a job, as the runner hands them over
 * (`INPUT_<NAME>`), checked.
 */
import { InputError, suggestWord } from "../base/index.ts";
import { SCOPES, type Scope, type Severity } from "../findings/index.ts";
import { PROFILES, type Profile } from "../rules/index.ts";
import { REPORT_KINDS, type ReportKind } from "./report-kinds.ts";

export const COMMENT_MODES = ["review", "summary", "none"] as const;
export type CommentMode = (typeof COMMENT_MODES)[number];

const FAIL_ON = ["error", "warning", "note", "never"] as const;

export interface ActionInputs {
  readonly profile: Profile;
  /** Folders of rule packs, relative to the repository's top. */
  readonly rules: readonly string[];
  readonly scope: Scope;
  readonly failOn: Severity | "never";
  /** A JSON report of lockspan's whose findings are not told again; null without. */
  readonly baseline: string | null;
  readonly comment: CommentMode;
  /** Where the SARIF document goes; null for a folder of the runner's own. */
  readonly sarif: string | null;
  /** Where a report goes besides; null for none. */
  readonly report: { readonly file: string; readonly kind: ReportKind } | null;
  readonly token: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {InputError} for a value that is not one of those that are known */
export function readInputs(env: Environment): ActionInputs {
  const report = input(env, "report");
  return {
    profile: choice(env, "profile", PROFILES) ?? "approach-b",
    rules: (input(env, "rules") ?? "")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
    scope: choice(env, "scope", SCOPES) ?? "touched",
    failOn: choice(env, "fail-on", FAIL_ON) ?? "warning",
    baseline: input(env, "baseline"),
    comment: choice(env, "comment", COMMENT_MODES) ?? "review",
    sarif: input(env, "sarif"),
    report: report === null ? null : { file: report, kind: kindOf(report) },
    token: input(env, "token"),
  };
}

/** The runner sets those that the workflow leaves out to nothing. */
function input(env: Environment, name: string): string | null {
  const value = (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
  return value === "" ? null : value;
}

function choice<T extends string>(env: Environment, name: string, known: readonly T[]): T | null {
  const value = input(env, name);
  if (value === null) return null;
  const found = known.find((each) => each === value);
  if (found !== undefined) return found;
  throw new InputError(`the input ${name} is ${JSON.stringify(value)}: must be one of ${known.join(", ")}`, {
    hint: suggestWord(value, known) || "README.md lists the inputs.",
  });
}

function kindOf(file: string): ReportKind {
  const ending = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  const kind = REPORT_KINDS.find((each) => each === ending);
  if (kind !== undefined) return kind;
  throw new InputError(`the input report is ${JSON.stringify(file)}: its ending names no kind of report`, {
    hint: `End its name in ${REPORT_KINDS.map((each) => `.${each}`).join(", ")}.`,
  });
}
