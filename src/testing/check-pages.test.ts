/** Every check has a page, and the examples of the page are judged as it says. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CHECK_IDS, type CheckId } from "../findings/index.ts";
import { readMessages, selectPatches } from "../patch/index.ts";
import { auditFiles, type Review, reviewSeries } from "../review/index.ts";
import { compilePacks, loadCompiledPacks } from "../rules/index.ts";
import { patchedBase } from "./patched-base.ts";

const FOLDER = "rules/checks";
const SECTIONS = ["Why it matters", "Reports", "Accepts", "How to mend it", "How to silence it"];
/** Checks that the program does not have yet: their examples report nothing. */
const PENDING: readonly CheckId[] = [];

const yaml = readdirSync("rules", { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".yaml"),
);
const packs = loadCompiledPacks(
  await compilePacks(
    yaml.map((name) => ({ path: `rules/${name}`, text: readFileSync(`rules/${name}`, "utf8") })),
  ),
);
const PATH = "xen/drivers/passthrough/arm/smmu.c";

describe.each(CHECK_IDS)("%s", (id) => {
  const file = `${FOLDER}/${id}.md`;
  const page = existsSync(file) ? readFileSync(file, "utf8") : "";

  test("has a page with all that is asked for", () => {
    expect(page.startsWith(`# ${id}\n\n`), `${file} is missing or has another title`).toBe(true);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
    for (const section of page.split(/^#+ .*$/m).slice(1)) expect(section.trim()).not.toBe("");
  });

  test("reports the one example and accepts the other", () => {
    const reported = checksIn(examplesOf(page, "Reports"));
    if (PENDING.includes(id)) expect(reported).not.toContain(id);
    else expect(reported).toContain(id);
    expect(checksIn(examplesOf(page, "Accepts"))).toEqual([]);
  });

  test.each(["beside", "above"] as const)(
    "its comment, %s the place and those that are named with it, hides what the example shows",
    (where) => {
      const [, comment = ""] = /`(\/\* lockspan: ignore [^`]*\*\/)`/.exec(page) ?? [];
      const examples = examplesOf(page, "Reports");
      const lines = reviewOf(examples).findings.flatMap(({ check, line, trace }) => {
        const also = trace.filter(({ what }) => what.startsWith("also here")).map((step) => step.line);
        return check === id ? [line, ...also] : [];
      });
      const silenced = withComment(examples.at(-1) ?? "", { lines, comment, where });
      const { findings, hidden, baseNotes } = reviewOf([...examples.slice(0, -1), silenced]);

      expect(findings.map(({ check }) => check)).not.toContain(id);
      expect(hidden.map(({ check, reason }) => [check, reason])).toContainEqual([id, "why it is right"]);
      expect(baseNotes.filter((note) => note.includes("lockspan: ignore"))).toEqual([]);
    },
  );
});

test("there is no page without a check", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(CHECK_IDS.map((id) => `${id}.md`).sort());
});

function examplesOf(page: string, section: string): string[] {
  const part = page.split(/^## /m).find((each) => each.startsWith(`${section}\n`)) ?? "";
  return [...part.matchAll(/^```c\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
}

function checksIn(examples: readonly string[]): readonly CheckId[] {
  return reviewOf(examples).findings.map(({ check }) => check);
}

/** One text is audited; of two, the second is what a patch makes of the first. */
function reviewOf([before = "", after]: readonly string[]): Review {
  if (after === undefined) return auditFiles([{ path: PATH, text: before }], packs, "approach-b");
  const selection = selectPatches(readMessages(Buffer.from(diffOf(before, after))));
  const base = patchedBase(selection, new Map([[PATH, before]]));
  const { patches } = selection;
  return reviewSeries({ patches, base, packs, profile: "approach-b", scope: "introduced" }).review;
}

function withComment(
  code: string,
  {
    lines,
    comment,
    where,
  }: { readonly lines: readonly number[]; readonly comment: string; readonly where: "beside" | "above" },
): string {
  return code
    .split("\n")
    .map((line, at) => {
      if (!lines.includes(at + 1)) return line;
      return where === "beside" ? `${line} ${comment}` : `${comment}\n${line}`;
    })
    .join("\n");
}

/** A diff of one hunk: what stands between the first and the last line that differ. */
function diffOf(before: string, after: string): string {
  const [old, now] = [before.split("\n").slice(0, -1), after.split("\n").slice(0, -1)];
  let first = 0;
  while (old[first] === now[first] && first < old.length) first++;
  let last = 0;
  while (old.at(-1 - last) === now.at(-1 - last) && last < Math.min(old.length, now.length) - first) last++;
  const [context, tail] = [old.slice(0, first), old.slice(old.length - last)];
  const lines = [
    ...context.map((line) => ` ${line}`),
    ...old.slice(first, old.length - last).map((line) => `-${line}`),
    ...now.slice(first, now.length - last).map((line) => `+${line}`),
    ...tail.map((line) => ` ${line}`),
  ];
  return `--- a/${PATH}\n+++ b/${PATH}\n@@ -1,${old.length} +1,${now.length} @@\n${lines.join("\n")}\n`;
}
