/** Reviews of one process share what they read, and come out as if they did not. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readMessages, selectPatches } from "../patch/index.ts";
import { renderJson } from "../reports/index.ts";
import { DEMO_TREE, HARMLESS, mailOf, PATCH } from "../testing/bot/mails.ts";
import { diffOf } from "../testing/xen/format-mail.ts";
import { shippedPacks } from "../testing/xen/xen-packs.ts";
import { SMMU } from "../testing/xen/xen-tree.ts";
import { reviewOn, sharing } from "./open-bot.ts";

const TEXT = readFileSync(join(DEMO_TREE, SMMU), "utf8");

/** Takes the lock around each simple statement in turn, and leaves out what follows one. */
function bodies(): string[] {
  const lines = TEXT.split("\n");
  const places = lines
    .flatMap((line, at) => (/^ {4}\w[^=]*\(.*\);$/.test(line) ? [at] : []))
    .filter((_, at) => at % 2 === 0);
  const changed = (at: number, more: readonly string[]) => [
    ...lines.slice(0, at),
    ...more,
    ...lines.slice(at + 1),
  ];
  return places.flatMap((at) => {
    const held = [
      "    spin_lock(&arm_smmu_devices_lock);",
      lines[at] ?? "",
      "    spin_unlock(&arm_smmu_devices_lock);",
    ];
    return [changed(at, held), changed(at, [])].map((after) =>
      diffOf({ file: SMMU, before: TEXT, after: after.join("\n") }),
    );
  });
}

test("shared or not, each review is the same", async () => {
  const packs = await shippedPacks();
  const setting = { packs, settings: { profile: "approach-b" } } as const;
  const shared = sharing(packs);
  const first = shared();
  const diffs = [PATCH, HARMLESS, PATCH, ...bodies()];
  const told = new Set<string>();
  for (const [number, body] of diffs.entries()) {
    const selection = () =>
      selectPatches(readMessages(mailOf({ id: `${number}@x`, body: `x\n---\n${body}` }).bytes));
    const alone = await reviewOn(DEMO_TREE, selection(), setting);
    const together = await reviewOn(DEMO_TREE, selection(), { ...setting, shared });
    expect(renderJson(together)).toBe(renderJson(alone));
    for (const { check } of alone.findings) told.add(check);
  }
  expect(told.size).toBeGreaterThan(1);
  expect(shared()).toBe(first);
});
