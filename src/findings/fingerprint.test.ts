import { describe, expect, test } from "vitest";
import { findingWith } from "../testing/sample-finding.ts";
import type { Finding } from "./finding.ts";
import { accessShapeOf, type FingerprintParts, fingerprintOf, numberFingerprints } from "./fingerprint.ts";
import { hashOf, hashOfAll } from "./hash.ts";
import { compareFindings } from "./order.ts";

const PARTS: FingerprintParts = {
  check: "guarded-access",
  rule: "toy/guarded",
  file: "drivers/toy.c",
  function: "toy_attach",
  type: "struct toy_master",
  lock: "toy_lock",
  access: "master->cfg",
};

describe("hashOf", () => {
  // The first three are published FNV-1a test vectors; the last was computed with big integers.
  test.each([
    ["", "cbf29ce484222325"],
    ["a", "af63dc4c8601ec8c"],
    ["foobar", "85944171f73967e8"],
  ])("%j", (text, hash) => {
    expect(hashOf(text)).toBe(hash);
  });

  test("agrees with big-integer arithmetic over UTF-8", () => {
    const text = "schlüssel 錠 🔒 ".repeat(50);
    let expected = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(text)) {
      expected = BigInt.asUintN(64, (expected ^ BigInt(byte)) * 0x100000001b3n);
    }
    expect(hashOf(text)).toBe(expected.toString(16).padStart(16, "0"));
  });

  test("a row of parts is more than their concatenation", () => {
    expect(hashOfAll(["ab", "c"])).not.toBe(hashOfAll(["a", "bc"]));
    expect(hashOfAll([null])).not.toBe(hashOfAll([""]));
  });
});

describe("fingerprintOf", () => {
  test("is stable from release to release", () => {
    expect(fingerprintOf(PARTS)).toBe("5a12e4bb5a89e55e");
  });

  test.each([
    ["check", { check: "early-unlock" }],
    ["rule", { rule: null }],
    ["file", { file: "drivers/other.c" }],
    ["function", { function: "toy_detach" }],
    ["type", { type: null }],
    ["lock", { lock: "other_lock" }],
    ["access", { access: "master->dev" }],
  ] as const)("another %s is another finding", (_part, change) => {
    expect(fingerprintOf({ ...PARTS, ...change })).not.toBe(fingerprintOf(PARTS));
  });
});

describe("accessShapeOf", () => {
  test.each([
    ["master->cfg", "master->cfg"],
    [" master -> cfg ", "master->cfg"],
    ["f( a,\n\t  b )", "f(a,b)"],
    ["sizeof  x", "sizeof x"],
    ["a - -b", "a--b"],
    ["(master->cfg)", "master->cfg"],
    ["((p))->q", "((p))->q"],
    ["(a)+(b)", "(a)+(b)"],
    ["p /* the owner */ ->q", "p->q"],
    ["(cfg)->slots[(i)]", "cfg->slots[(i)]"],
    ["(o).x + (a)[2]", "o.x+a[2]"],
    ["f(o)->x", "f(o)->x"],
    ["(*get)(o)->x", "(*get)(o)->x"],
    ["(struct obj *)(o)->x", "(struct obj*)(o)->x"],
  ])("%j becomes %j", (written, shape) => {
    expect(accessShapeOf(written)).toBe(shape);
  });
});

describe("numberFingerprints", () => {
  const at = (line: number, fingerprint = "f00"): Finding =>
    findingWith({ line, endLine: line, fingerprint });

  test("counts findings of one identity in document order, whatever the order they came in", () => {
    const numbered = numberFingerprints([at(30), at(10), at(20, "aaa"), at(20)]);
    expect(numbered.map((each) => [each.line, each.fingerprint])).toEqual([
      [10, "f00"],
      [20, "aaa"],
      [20, "f00-2"],
      [30, "f00-3"],
    ]);
  });

  test("numbering twice changes nothing", () => {
    const once = numberFingerprints([at(1), at(2), at(3)]);
    expect(numberFingerprints(once)).toEqual(once);
  });
});

test("findings stand by patch, then file, line and column", () => {
  const rows = [
    findingWith({ patch: 2, file: "a.c", line: 1 }),
    findingWith({ patch: 1, file: "b.c", line: 1 }),
    findingWith({ patch: 1, file: "a.c", line: 10 }),
    findingWith({ patch: 1, file: "a.c", line: 9, column: 4 }),
    findingWith({ patch: 1, file: "a.c", line: 9, column: 3 }),
  ];
  const order = [...rows]
    .sort(compareFindings)
    .map((each) => `${each.patch} ${each.file}:${each.line}:${each.column}`);
  expect(order).toEqual(["1 a.c:9:3", "1 a.c:9:4", "1 a.c:10:3", "1 b.c:1:3", "2 a.c:1:3"]);
});
