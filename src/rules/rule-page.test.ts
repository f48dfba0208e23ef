import { expect, test } from "vitest";
import { fixturePacks } from "../testing/fixture-files.ts";
import { rulePage } from "./rule-page.ts";

const SECTIONS = [
  "What it guards",
  "Why it matters",
  "How to mend it",
  "How to silence it",
  "Where it is shown",
  "Reports",
  "Accepts",
];
const rules = (await fixturePacks(null)).drivers.flatMap((pack) => pack.rules);

test.each(rules.map((rule) => [rule.id, rule] as const))(
  "%s has a page with all that is asked for",
  (id, rule) => {
    const page = rulePage(rule);
    expect(page.startsWith(`# ${id}\n\n`)).toBe(true);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
    for (const section of page.split(/^#+ .*$/m).slice(1)) expect(section.trim()).not.toBe("");
  },
);
