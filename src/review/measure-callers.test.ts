import { describe, expect, test } from "vitest";
import { fixturePacks } from "../testing/fixture-files.ts";
import { callerMeasure, measureCallers } from "./measure-callers.ts";

const packs = await fixturePacks("checks/exchange-pack");
const [pack] = packs.drivers;
if (pack === undefined) throw new Error("the exchange has a pack");
const model = { ...pack.model, factsAt: "the fixtures", callers: [{ file: "wire.c", subsystem: "wire" }] };

const WIRE = `
static DEFINE_SPINLOCK(wire_lock);
static const struct exchange_ops *ops_of(void);

int wire_dial(void *session)
{
    const struct exchange_ops *ops = ops_of();
    int rc;

    spin_lock(&wire_lock);
    rc = ops->dial(session);
    spin_unlock(&wire_lock);

    return rc;
}
`;
const EARLY = WIRE.replace("    rc = ops->dial(session);\n", "").replace(
  "    return rc;",
  "    return ops->dial(session);",
);
const WITHOUT =
  "wire_dial() in wire.c calls .dial without wire_lock, which the pack exchange declares for wire as of the fixtures; what the code does counts";

/** What the callers of an operation hold once the file was measured, a row for each way. */
const measured = (text: string, operation = "dial") => {
  const found = measureCallers([{ path: "wire.c", text }], model, packs.platform);
  const point = found.model.entryPoints.find((one) => one.operation === operation);
  const ways = point?.contexts.map(({ subsystem, callerHolds }) => [subsystem, ...callerHolds].join(" "));
  return { ways, complaints: found.complaints };
};

describe("what the callers hold", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    ["a lock around the call",                   WIRE,                                                           ["wire wire_lock"], []],
    ["a lock that is released before the call",  EARLY,                                                          ["wire"],           [WITHOUT]],
    ["the macro that dispatches through a table", WIRE.replace("ops->dial(session)", "iommu_call(ops, dial, session)"), ["wire wire_lock"], []],
    ["a call at boot only",                      EARLY.replace("int wire_dial", "int __init wire_dial"),         ["wire wire_lock"], []],
    ["one lock more than the pack knows",        WIRE.replace("    spin_lock(&wire_lock);", "    spin_lock(&more_lock);\n    spin_lock(&wire_lock);"), ["wire more_lock wire_lock"], []],
    ["no call at all",                           "int wire_dial(void)\n{\n    return 0;\n}\n",                  ["wire wire_lock"], []],
  ])("%s", (_title, text, ways, complaints) => {
    expect(measured(text)).toEqual({ ways, complaints });
  });

  test("a wrapper in the file takes the lock", () => {
    const wrapped = WIRE.replace("    spin_lock(&wire_lock);", "    wire_enter();").replace(
      "int wire_dial",
      "static void wire_enter(void)\n{\n    spin_lock(&wire_lock);\n}\n\nint wire_dial",
    );
    expect(measured(wrapped).ways).toEqual(["wire wire_lock"]);
  });

  test("one of two callers lacks the lock: it is not held on every way", () => {
    const both = WIRE + EARLY.slice(EARLY.indexOf("int wire_dial")).replace("wire_dial", "wire_redial");
    const second = both.replace("int wire_redial(void *session)\n{", "$&\n    spin_lock(&other_lock);");
    expect(measured(second).ways).toEqual(["wire"]);
  });

  test("a function that others may call with the lock held says nothing", () => {
    const bare = EARLY.replace("    spin_lock(&wire_lock);\n", "")
      .replace("    spin_unlock(&wire_lock);\n", "")
      .replace("int wire_dial", "int wire_helper");
    expect(measured(bare)).toEqual({ ways: ["wire wire_lock"], complaints: [] });
  });

  test("a lock that the file does not name is taken further up, as the pack declares", () => {
    const text = WIRE.replace("ops->dial", "ops->redirect");
    expect(measured(text, "redirect").ways).toEqual(["wire office_lock wire_lock"]);
  });
});

test("files in which other functions changed are not measured again", () => {
  const measure = callerMeasure(packs.platform);
  const of = (text: string) => measure([{ path: "wire.c", text }], model);
  const other = (body: string) => `${WIRE}\nint wire_other(void)\n{\n${body}}\n`;
  const first = of(other("    return 0;\n"));
  expect(of(other("    other();\n\n    return 1;\n"))).toBe(first);
  expect(first).toEqual(measureCallers([{ path: "wire.c", text: WIRE }], model, packs.platform));
  const without = measureCallers([{ path: "wire.c", text: EARLY }], model, packs.platform);
  expect(of(EARLY)).toEqual(without);
  expect(without).not.toEqual(first);
});
