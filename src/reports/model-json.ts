/** The JSON document of a driver model: `schema/model.schema.json`. */
import { compareText } from "../base/index.ts";
import type { DriverReport, ReportedFunction } from "../review/index.ts";

/** @returns the document with a line end; equal models give equal bytes, whatever their order. */
export function renderModelJson(report: DriverReport): string {
  const document = {
    version: 1,
    locks: sorted(report.locks, ({ name, kind, struct, file, line, recursive }) => ({
      name,
      kind,
      struct,
      file,
      line,
      recursive,
    })),
    functions: [...report.functions].sort(byPlace).map(functionOf),
    entryPoints: sorted(report.entryPoints, ({ op, function: fn, subsystem, callerHolds }) => ({
      op,
      function: fn,
      subsystem,
      callerHolds: [...callerHolds].sort(compareText),
    })),
    concurrency: sorted(report.concurrency, ({ a, b, commonLocks }) => ({
      a,
      b,
      commonLocks: [...commonLocks].sort(compareText),
    })),
    order: sorted(report.order, ({ from, to, at }) => ({
      from,
      to,
      at: [...at].sort(byPlace).map(({ file, line, function: fn }) => ({ file, line, function: fn })),
    })),
    types: sorted(report.types, ({ name, lock, fields, rule }) => ({
      name,
      lock,
      fields: fields === "all" ? fields : [...fields].sort(compareText),
      rule,
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function functionOf(fn: ReportedFunction) {
  return {
    name: fn.name,
    file: fn.file,
    line: fn.line,
    spans: [...fn.spans]
      .sort((left, right) => (left.from ?? 0) - (right.from ?? 0) || (left.to ?? 0) - (right.to ?? 0))
      .map(({ lock, mode, from, to, kind }) => ({ lock, mode, from, to, kind })),
    accesses: [...fn.accesses]
      .sort((left, right) => left.line - right.line || left.column - right.column)
      .map(({ object, type, line, column, kind, held, private: isPrivate }) => ({
        object,
        type,
        line,
        column,
        kind,
        held: [...held].sort(compareText),
        private: isPrivate,
      })),
    requires: [...fn.requires].sort(compareText),
    acquires: [...fn.acquires].sort(compareText),
    releases: [...fn.releases].sort(compareText),
  };
}

function byPlace(
  left: { readonly file: string; readonly line: number },
  right: { readonly file: string; readonly line: number },
): number {
  return compareText(left.file, right.file) || left.line - right.line;
}

/** Rewrites each entry and sorts by what it then prints. */
function sorted<From, To>(entries: readonly From[], rewrite: (entry: From) => To): To[] {
  return entries
    .map(rewrite)
    .map((entry) => ({ entry, key: JSON.stringify(entry) }))
    .sort((left, right) => compareText(left.key, right.key))
    .map(({ entry }) => entry);
}
