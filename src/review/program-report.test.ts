/** What is not kept, or is found again, changes no report. */
import { describe, expect, test } from "vitest";
import { fixturePacks, fixturesIn, readFixture } from "../testing/fixture-files.ts";
import { type AnalysisSetting, analysisSetting, settingForOne } from "./analyse-files.ts";
import { reportOnProgram } from "./program-report.ts";

const packs = await fixturePacks(null);
const plain = () => analysisSetting(packs, "approach-b", "everything");

const VARYING = `
#ifdef CONFIG_A
void one(struct obj *o) { spin_lock(&o->lock); }
#else
void other(struct obj *o) { spin_lock(&o->lock); spin_lock(&o->lock); }
#endif
#ifdef CONFIG_B
void damaged(struct obj *o) { int x = + ; spin_unlock(&o->lock); }
#endif
`;

describe("settingForOne", () => {
  const texts = [VARYING, ...fixturesIn("checks/lock-leak", ".c").map((file) => readFixture(file))];

  test.each(texts.map((text) => [text]))("reports the same", (text) => {
    const files = [{ path: "drivers/obj.c", text }];
    const report = (setting: AnalysisSetting) => reportOnProgram(files, ["drivers/obj.c"], setting);
    expect(report(settingForOne(plain()))).toEqual(report(plain()));
  });

  test("keeps neither trees of functions nor scans", () => {
    const setting = settingForOne(plain());
    reportOnProgram([{ path: "drivers/obj.c", text: VARYING }], ["drivers/obj.c"], setting);
    expect(setting.parses.scans.keys()).toEqual([]);
    expect(setting.parses.parsed.keys().filter((text) => text.includes("spin_lock"))).toEqual([]);
  });
});

test("who calls what was rewritten and does the same is not analysed again", () => {
  const setting = plain();
  const textWith = (local: string) => `
static void take(struct obj *o) { int ${local} = 1; spin_lock(&o->lock); use(${local}); }
void caller(struct obj *o) { take(o); spin_unlock(&o->lock); }
`;
  for (const local of ["a", "b"])
    reportOnProgram([{ path: "drivers/obj.c", text: textWith(local) }], ["drivers/obj.c"], setting);
  const { results } = setting.analyses;
  const counts = results.keys().map((ir) => `${ir.name} ${results.get(ir)?.length}`);
  expect(counts.sort()).toEqual(["caller 1", "take 1", "take 1"]);
});
