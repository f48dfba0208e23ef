/** A history as a JSON document; keys are written one by one, as in `json.ts`. */
import type { FindingLife, History, HistoryCommit, HistoryFinding } from "../review/index.ts";

/** @returns the document with a line end; equal histories give equal bytes */
export function renderHistoryJson({ profile, range, counts, commits, lives }: History): string {
  const document = {
    version: 1,
    profile,
    range: { since: range.since, until: range.until, paths: range.paths },
    counts: { commits: counts.commits, reviewed: counts.reviewed },
    commits: commits.map(commitOf),
    findings: lives.map(lifeOf),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function commitOf({ id, date, author, subject, told, touched, gaps, leftAside, failed }: HistoryCommit) {
  return {
    commit: id,
    date,
    author,
    subject,
    findings: told.map(findingOf),
    touched,
    unread: gaps,
    leftAside: leftAside.map(({ file, why }) => ({ file, why })),
    ...(failed === null ? {} : { failed }),
  };
}

function findingOf(finding: HistoryFinding) {
  const { check, rule, severity, confidence, status, file, line, column } = finding;
  const { object, lock, message, change, fingerprint } = finding;
  return {
    check,
    rule,
    severity,
    confidence,
    status,
    file,
    line,
    column,
    function: finding.function,
    object,
    lock,
    message,
    change,
    fingerprint,
  };
}

/** `null` for `from`: there before the first commit; for `to`: still there after the last. */
function lifeOf({ finding, from, woken, to }: FindingLife) {
  const { check, severity, file, lock, fingerprint } = finding;
  return {
    check,
    severity,
    file,
    function: finding.function,
    lock,
    fingerprint,
    from: from?.id ?? null,
    woken: woken?.id ?? null,
    to: to?.id ?? null,
  };
}
