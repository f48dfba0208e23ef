/**
 * A review of a small patch to a made-up driver, for the tests of the reports.
 * The driver's two versions are `fixtures/reports/toy-{before,after}.c`.
 */
import { readFileSync } from "node:fs";
import type { Finding, TraceStep } from "../findings/index.ts";
import type { Review, ReviewedHunk, ReviewedPatch, SourceLookup, Together } from "../review/index.ts";
import { findingWith } from "./sample-finding.ts";

export const TOY = "xen/drivers/toy.c";

const TEXTS = {
  old: readFileSync(new URL("../../fixtures/reports/toy-before.c", import.meta.url), "utf8"),
  new: readFileSync(new URL("../../fixtures/reports/toy-after.c", import.meta.url), "utf8"),
};

export const toySources: SourceLookup = (file, side) => (file === TOY ? TEXTS[side] : null);

const KINDS = { " ": "context", "+": "added", "-": "removed" } as const;

/** Builds a hunk from its text as it stands in a patch. */
export function hunkOf(text: string): ReviewedHunk {
  const [header = "", ...lines] = text.replace(/\n$/, "").split("\n");
  const [, oldStart = "1", newStart = "1"] = /^@@ -(\d+)[^+]*\+(\d+)/.exec(header) ?? [];
  return {
    header,
    oldStart: Number(oldStart),
    newStart: Number(newStart),
    lines: lines.map((line) => ({
      kind: KINDS[(line[0] ?? " ") as keyof typeof KINDS],
      text: line.slice(1),
    })),
  };
}

const ADD_HUNK = `@@ -21,7 +21,9 @@ int toy_add_device(struct device *dev)
 	struct toy_master *master;
 	struct iommu_group *group = iommu_group_alloc();
 
+	spin_lock(&toy_lock);
 	master = toy_find_master(dev);
+	spin_unlock(&toy_lock);
 	if ( !master )
 		return -ENODEV;
 
`;

const DETACH_HUNK = `@@ -38,8 +40,10 @@ void toy_detach(struct domain *d, struct device *dev)
 {
 	struct toy_master *master;
 
+	spin_lock(&toy_lock);
 	master = toy_find_master(dev);	/* größte Ausnahme: 錠前 */
 	if ( !master )
 		return;
 	master->domain = NULL;
+	spin_unlock(&toy_lock);
 }
`;

export const toyPatch: ReviewedPatch = {
  subject: "[PATCH v2] toy: Protect the list of masters with a lock",
  messageId: "<20211026120000.1-1-author@example.org>",
  author: "Zoë Müller <author@example.org>",
  date: "Tue, 26 Oct 2021 14:29:03 +0200",
  index: 1,
  total: 1,
  revision: 2,
  base: "c0ffee0123456789c0ffee0123456789c0ffee01",
  baseFound: "named by the patch's index line",
  files: [TOY],
  diffs: [{ oldPath: TOY, newPath: TOY, hunks: [hunkOf(ADD_HUNK), hunkOf(DETACH_HUNK)] }],
  mail: {
    to: ["xen-devel@lists.example.org"],
    cc: ["Bertrand Example <bertrand@example.org>", '"Example, Julien" <julien@example.org>'],
    references: ["<20211026120000.1-0-author@example.org>"],
  },
};

const at = (line: number, fn: string, what: string): TraceStep => ({ file: TOY, line, function: fn, what });

export const earlyUnlock: Finding = findingWith({
  check: "early-unlock",
  status: "latent",
  patch: 1,
  file: TOY,
  line: 26,
  column: 2,
  endColumn: 23,
  function: "toy_add_device",
  object: "master",
  type: "struct toy_master",
  lock: "toy_lock",
  message: "toy_lock is released before the last use of cfg, which was obtained under it",
  trace: [
    at(24, "toy_add_device", "toy_lock acquired"),
    at(25, "toy_add_device", "master obtained"),
    at(26, "toy_add_device", "toy_lock released"),
    at(35, "toy_add_device", "cfg stored where it outlives the span"),
    at(36, "toy_add_device", "toy_program(cfg) called"),
    at(8, "toy_program", "cfg->unit read"),
  ],
  fix: "Keep toy_lock until toy_program() has returned; that nests no other lock inside it.",
  change: "introduced",
  fingerprint: "1111111111111111",
});

export const lockLeak: Finding = findingWith({
  check: "lock-leak",
  rule: null,
  confidence: "may",
  patch: 1,
  file: TOY,
  line: 46,
  column: 3,
  endColumn: 9,
  function: "toy_detach",
  object: null,
  type: null,
  lock: "toy_lock",
  held: ["toy_lock"],
  message: "toy_detach() returns here with toy_lock held",
  trace: [at(43, "toy_detach", "toy_lock acquired"), at(46, "toy_detach", "returns with toy_lock held")],
  change: "introduced",
  fingerprint: "2222222222222222",
});

export const toyReview: Review = {
  kind: "review",
  profile: "approach-b",
  patches: [toyPatch],
  findings: [earlyUnlock, lockLeak],
  hidden: [],
  gaps: [],
  baseNotes: [],
  analysed: { files: [TOY], functions: 4 },
  drivers: [],
  together: null,
  notes: new Map([
    [
      earlyUnlock.fingerprint,
      {
        labels: [
          { side: "new", file: TOY, line: 24, column: 2, endColumn: 21, text: "acquired", role: "acquired" },
          {
            side: "new",
            file: TOY,
            line: 35,
            column: 35,
            endColumn: 37,
            text: "cfg is stored",
            role: "store",
          },
          {
            side: "new",
            file: TOY,
            line: 36,
            column: 9,
            endColumn: 24,
            text: "last use, through toy_program()",
            role: "use",
          },
        ],
        also: [{ function: "toy_attach", file: TOY, line: 15, what: "uses cfg" }],
      },
    ],
  ]),
};

/** A removal that is pending: it wakes the early release, and takes the locks the other way round. */
const toyTogether: Together = {
  order: "after",
  patches: [
    {
      ...toyPatch,
      subject: "[PATCH 1/2] toy: Let masters go",
      messageId: "<20211025090000.7-1-other@example.org>",
      author: "An Other <other@example.org>",
      index: 2,
      total: 2,
    },
    {
      ...toyPatch,
      subject: "[PATCH 2/2] toy: Hook it up",
      messageId: "<20211025090000.7-2-other@example.org>",
      author: "An Other <other@example.org>",
      index: 3,
      total: 2,
    },
  ],
  woken: new Map([
    [
      earlyUnlock.fingerprint,
      {
        message: earlyUnlock.message,
        fix: earlyUnlock.fix,
        conflict: [
          at(52, "toy_remove", "calls toy_forget()"),
          at(48, "toy_forget", "struct toy_master freed by xfree(master)"),
        ],
      },
    ],
  ]),
  appeared: [
    findingWith({
      ...lockLeak,
      check: "lock-order",
      confidence: "must",
      patch: 3,
      line: 43,
      column: 2,
      endColumn: 21,
      message: "toy_lock is taken while unit_lock is held, and toy_forget() takes them the other way round",
      trace: [],
      conflict: [at(50, "toy_forget", "unit_lock acquired while toy_lock is held")],
      change: "exposed",
      fingerprint: "3333333333333333",
    }),
  ],
  gaps: [{ file: TOY, line: 50, endLine: 51, why: "a macro that is not known" }],
};

export const toyReviewTogether: Review = { ...toyReview, together: toyTogether };
