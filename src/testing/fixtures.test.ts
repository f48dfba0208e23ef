/**
 * Runs every check fixture through the engine and compares it with what it expects.
 *
 * Each file of fixtures/checks is a program of its own, with the files that its header
 * names, under the common rule pack or the one that its header names. What is known to
 * be wrong is printed at the end, one line each.
 */
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { auditFiles } from "../review/index.ts";
import { type Fixture, parseFixture } from "./expectations.ts";
import { fixturePacks, fixturesIn, profileNamed, readFixture } from "./fixture-files.ts";
import { heldLocksOf } from "./held-locks.ts";
import { judgeFixture } from "./judge-fixture.ts";
import { pendingOf } from "./pending.ts";

const pending: string[] = [];

afterAll(() => {
  for (const line of pending.sort()) process.stderr.write(`${line}\n`);
});

const folders = fixturesIn("checks").filter((folder) => !folder.includes(".") && cFiles(folder).length > 0);

describe.each(folders)("%s", (folder) => {
  test.each(cFiles(folder))("%s", async (file) => {
    const text = readFixture(file);
    const fixture = parseFixture(text);
    expect(fixture.expectations, "a fixture expects something").not.toEqual([]);
    pending.push(...pendingOf(file, fixture.expectations));

    const problems = await problemsOf(file, text, fixture);
    expect(problems, problems.join("\n")).toEqual([]);
  });
});

async function problemsOf(file: string, text: string, { header, expectations }: Fixture): Promise<string[]> {
  const others = header.with.map((name) => path.posix.join(path.posix.dirname(file), name));
  const program = [{ path: file, text }, ...others.map((name) => ({ path: name, text: readFixture(name) }))];
  const packs = await fixturePacks(header.pack);
  const audit = auditFiles(program, packs, profileNamed(header.profile));
  const isElsewhere = (finding: { readonly file: string }) => finding.file !== file;
  return [
    ...judgeFixture(expectations, {
      findings: audit.findings.filter((finding) => !isElsewhere(finding)),
      gaps: audit.gaps.filter((gap) => !isElsewhere(gap)),
      heldBefore: heldLocksOf(file, text, packs.platform),
    }),
    ...audit.findings
      .filter(isElsewhere)
      .map((finding) => `${finding.file}:${finding.line}: reported, not expected: ${finding.message}`),
  ];
}

function cFiles(folder: string): string[] {
  return fixturesIn(folder, ".c");
}
