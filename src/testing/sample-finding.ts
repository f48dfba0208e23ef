/** A finding for tests that are about one or two of its fields. */
import type { Finding } from "../findings/index.ts";

const SAMPLE: Finding = {
  check: "guarded-access",
  rule: "toy/guarded",
  severity: "error",
  confidence: "must",
  status: "unknown",
  patch: null,
  file: "drivers/toy.c",
  line: 10,
  column: 3,
  endLine: 10,
  endColumn: 13,
  side: "new",
  function: "toy_attach",
  object: "master->cfg",
  type: "struct toy_master",
  lock: "toy_lock",
  held: [],
  message: "master->cfg is read without toy_lock",
  trace: [],
  conflict: [],
  fix: null,
  change: null,
  fingerprint: "00000000deadbeef",
};

export function findingWith(fields: Partial<Finding>): Finding {
  const line = fields.line ?? SAMPLE.line;
  return { ...SAMPLE, endLine: line, ...fields };
}
