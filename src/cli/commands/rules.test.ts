import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packFiles } from "../../adapters/index.ts";
import { NO_CACHE } from "../../base/index.ts";
import { PLAIN_STYLE } from "../../reports/index.ts";
import { compilePacks, loadCompiledPacks } from "../../rules/index.ts";
import type { Surroundings } from "../command.ts";
import { parseCommandLine } from "../options.ts";
import { NO_BAR } from "../progress-bar.ts";
import { runExplain } from "./explain.ts";
import { runRules } from "./rules.ts";

const shipped = await compilePacks(await packFiles("rules"));
const around: Surroundings = {
  env: {},
  version: "0",
  packs: async (folders) => {
    const files = (await Promise.all(folders.map(packFiles))).flat();
    return loadCompiledPacks(files.length === 0 ? shipped : await compilePacks(files, shipped));
  },
  cache: async () => NO_CACHE,
  auditWorker: new URL("file:nowhere"),
  highlights: async () => "",
  pages: async () => new Map([["lock-leak", readFileSync("rules/checks/lock-leak.md", "utf8")]]),
  style: () => PLAIN_STYLE,
  progress: () => NO_BAR,
};

function optionsOf(...argv: string[]) {
  const invocation = parseCommandLine(argv);
  if (invocation.kind !== "run") throw new Error("these words start no command");
  return invocation.options;
}

/** A pack of one's own, with one thing changed. */
function packWith(change: (rule: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), "lockspan-"));
  cpSync("rules/smmu-v3", folder, { recursive: true });
  const file = join(folder, "contexts-guarded.yaml");
  writeFileSync(file, change(readFileSync(file, "utf8")));
  return folder;
}

describe("rules check", () => {
  test("the packs that ship are right", async () => {
    const { text, status } = await runRules(optionsOf("rules", "check"), around);
    expect(status).toBe(0);
    expect(text).toContain("smmu-v3/contexts-guarded");
    expect(text.trimEnd().endsWith("nothing is wrong")).toBe(true);
  });

  test("an example that does not do as it says", async () => {
    const folder = packWith((rule) =>
      rule
        .replace("reports: |", "other: |")
        .replace("accepts: |", "reports: |")
        .replace("other: |", "accepts: |"),
    );
    const { text, status } = await runRules(optionsOf("rules", "check", folder, "--quiet"), around);
    expect(status).toBe(1);
    expect(text).toContain('smmu-v3/contexts-guarded     is silent on its "reports" example under list');
    expect(text).toContain('smmu-v3/contexts-guarded     reports its "accepts" example under approach-b');
    expect(text).toContain("1 driver, 3 rules");
    expect(text).toContain("6 things wrong");
  });

  test("what a proposed pack leaves to a person", async () => {
    const folder = packWith((rule) => rule.replace(/^title: .*$/m, 'title: "TODO: what is wrong"'));
    const { text, status } = await runRules(optionsOf("rules", "check", folder), around);
    expect(status).toBe(0);
    expect(text).toMatch(/contexts-guarded\.yaml:\d+: still to be decided: what is wrong\n/);
  });

  test("a tree that has none of the files", async () => {
    const options = optionsOf(
      "rules",
      "check",
      packWith(String),
      "--tree",
      mkdtempSync(join(tmpdir(), "lockspan-")),
    );
    const { text, status } = await runRules(options, around);
    expect(status).toBe(1);
    expect(text).toContain("smmu-v3: none of its files is in this tree");
  });

  test.each([
    [["rules"], "what to do with rules is missing"],
    [["rules", "chek"], 'lockspan rules cannot "chek"'],
    [
      ["rules", "check", packWith((rule) => rule.replace("lock: arm_smmu_xen_domain.lock", "lock: nobody"))],
      'no lock "nobody"',
    ],
    [["rules", "check", "no/such/folder"], "cannot be read"],
  ])("%j is refused", async (argv, says) => {
    await expect(runRules(optionsOf(...argv), around)).rejects.toMatchObject({
      status: 2,
      message: expect.stringContaining(says),
    });
  });
});

describe("explain", () => {
  test("prints the page of a check and that of a rule", async () => {
    const { text } = await runExplain(optionsOf("explain", "lock-leak", "smmu-v3/contexts-guarded"), around);
    expect(text).toMatch(/^# lock-leak\n/);
    expect(text).toContain("\n# smmu-v3/contexts-guarded\n");
    expect(text).toContain("- struct arm_smmu_xen_domain, contexts: arm_smmu_xen_domain.lock");
  });

  test.each([
    [["explain"], "Name a check or a rule"],
    [["explain", "lock-leek"], 'Did you mean "lock-leak"?'],
    [["explain", "smmu-v3/context-guarded"], 'Did you mean "smmu-v3/contexts-guarded"?'],
  ])("%j is refused", async (argv, hint) => {
    await expect(runExplain(optionsOf(...argv), around)).rejects.toMatchObject({
      status: 2,
      hint: expect.stringContaining(hint),
    });
  });
});
