/** What must hold of reviews and audits whatever the program: tried on the fixtures, changed by chance. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readSourceFile, type SyntaxNode, type TopLevelItem, variantsOf } from "../c/index.ts";
import { baseFingerprintOf, type Finding, STEP_CHECKS } from "../findings/index.ts";
import { diffTexts, unmailedPatch } from "../patch/index.ts";
import { auditFiles, reviewSeries, type SeriesReview } from "../review/index.ts";
import type { LoadedPacks } from "../rules/index.ts";
import { parseFixture } from "./expectations.ts";
import { fixturePacks, fixturesIn, profileNamed, readFixture } from "./fixture-files.ts";
import { patchedBase } from "./patched-base.ts";

interface Case {
  readonly file: string;
  readonly text: string;
  readonly packs: LoadedPacks;
  readonly profile: ReturnType<typeof profileNamed>;
}

const cases: Case[] = [];
for (const folder of fixturesIn("checks").filter((name) => !name.includes("."))) {
  for (const file of fixturesIn(folder, ".c")) {
    const text = readFixture(file);
    const { header } = parseFixture(text);
    if (header.with.length > 0) continue;
    cases.push({
      file,
      text,
      packs: await fixturePacks(header.pack),
      profile: profileNamed(header.profile),
    });
  }
}
const byFile = new Map(cases.map((one) => [one.file, one]));
/** Names, which a failure can print. */
const anyFile = fc.constantFrom(...byFile.keys());

function caseOf(file: string): Case {
  const one = byFile.get(file);
  if (one === undefined) throw new Error(`no case is called ${file}`);
  return one;
}

function audited({ file, packs, profile }: Case, text: string): readonly Finding[] {
  return auditFiles([{ path: file, text }], packs, profile).findings;
}

/** @param texts the file before, and after each patch of the series */
function reviewed({ file, packs, profile }: Case, [first = "", ...later]: readonly string[]): SeriesReview {
  let before = first;
  const patches = later.map((after, at) => {
    const diff = diffTexts({ oldPath: file, newPath: file, isCopy: false, before, after });
    before = after;
    return unmailedPatch({ subject: `part ${at}`, author: "Ada", files: [diff] });
  });
  const base = patchedBase({ patches }, new Map([[file, first]]));
  return reviewSeries({ patches, base, packs, profile, scope: "all" });
}

test("there are programs to try the laws on", () => {
  expect(cases.length).toBeGreaterThan(200);
});

describe("a review", () => {
  test("of a patch that changes nothing finds nothing new and nothing mended", () => {
    fc.assert(
      fc.property(anyFile, (file) => {
        const one = caseOf(file);
        const { review } = reviewed(one, [one.text, one.text]);
        expect(review.findings.filter(({ change }) => change !== "pre-existing")).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test("of two patches ends as one of both together", () => {
    fc.assert(
      fc.property(anyFile, fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 6 }), (file, picks) => {
        const one = caseOf(file);
        const lines = one.text.split("\n");
        const statements = [...lines.keys()].filter((at) => /^[ \t]+\w[^"]*\);\s*$/.test(lines[at] ?? ""));
        if (statements.length === 0) return;
        const goneIn = (early: boolean) =>
          new Set(picks.filter(([, is]) => is === early).map(([at]) => statements[at % statements.length]));
        const [early, late] = [goneIn(true), goneIn(false)];
        const first = lines.filter((_, at) => !early.has(at)).join("\n");
        const last = lines.filter((_, at) => !early.has(at) && !late.has(at)).join("\n");
        const series = reviewed(one, [one.text, first, last]);
        const together = reviewed(one, [one.text, last]);
        expect(heldAtEnd(series), `${first}\n----\n${last}`).toEqual(heldAtEnd(together));
      }),
      { numRuns: 60 },
    );
  });
});

/** Without what only a step from one version to the other has. */
function heldAtEnd({ present, review }: SeriesReview): string[] {
  const steps = review.findings
    .filter(({ check }) => STEP_CHECKS.has(check))
    .map(({ fingerprint }) => baseFingerprintOf(fingerprint));
  return [...present].filter((fingerprint) => !steps.includes(fingerprint)).sort();
}

describe("an audit", () => {
  test("knows a finding again when lines have moved", () => {
    fc.assert(
      fc.property(anyFile, fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 8 }), (file, blanks) => {
        const one = caseOf(file);
        let at = 0;
        const moved = one.text.replace(
          /^}\n/gm,
          (end) => end + "\n".repeat(blanks[at++ % blanks.length] ?? 0),
        );
        const before = audited(one, one.text);
        const after = audited(one, `\n\n${moved}`);
        expect(after.map(({ fingerprint }) => fingerprint).sort()).toEqual(
          before.map(({ fingerprint }) => fingerprint).sort(),
        );
      }),
      { numRuns: 80 },
    );
  });

  test("gives the same verdicts when every local has another name", () => {
    const renamed = cases.flatMap((one) => {
      const text = withOtherLocals(one.file, one.text);
      return text === one.text ? [] : [{ one, text }];
    });
    expect(renamed.length).toBeGreaterThan(150);
    for (const { one, text } of renamed)
      expect(audited(one, text).map(verdictOf), one.file).toEqual(audited(one, one.text).map(verdictOf));
  });
});

function verdictOf({ check, rule, severity, confidence, status, line, function: name }: Finding) {
  return [line, name, check, rule, severity, confidence, status];
}

function withOtherLocals(file: string, text: string): string {
  const source = readSourceFile(file, text, variantsOf(text)[0] ?? new Map());
  // What a macro writes has its locals in the macro.
  const functions = source.items.filter(({ kind, expansion }) => kind === "function" && expansion === null);
  let [made, end] = ["", 0];
  for (const item of functions) {
    made += text.slice(end, item.offset) + renamedIn(item, text);
    end = item.offset + item.source.length;
  }
  return made + text.slice(end);
}

/** Names that mean nothing but a local: no member, no label, and nothing outside of the function. */
function renamedIn(item: TopLevelItem, text: string): string {
  const outside = text.slice(0, item.offset) + text.slice(item.offset + item.source.length);
  const names = localsIn(item.root, item.masked).filter(
    (name) =>
      !new RegExp(`\\b${name}\\b`).test(outside) &&
      !new RegExp(`(?:\\.|->|\\bgoto|\\bstruct|\\benum|\\bunion)\\s*${name}\\b|\\b${name}\\s*[:(]`).test(
        item.source,
      ),
  );
  return names.reduce(
    (made, name) => made.replace(new RegExp(`\\b${name}\\b`, "g"), `${name}_again`),
    item.source,
  );
}

function localsIn(root: SyntaxNode, masked: string): string[] {
  const names = new Set<string>();
  const visit = (node: SyntaxNode, declares: boolean): void => {
    if (declares && node.type === "identifier") names.add(masked.slice(node.start, node.end));
    for (const child of node.children) {
      const isDeclarator = child.field === "declarator";
      const isDeclaration = node.type === "declaration" || node.type === "parameter_declaration";
      visit(child, isDeclarator && (isDeclaration || declares));
    }
  };
  visit(root, false);
  return [...names];
}
