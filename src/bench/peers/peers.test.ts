/** What the comparison hands to other tools, and how it reads what they say; the tools are not run here. */
import { describe, expect, test } from "vitest";
import { fixturePacks } from "../../testing/fixture-files.ts";
import { broughtUp, functionsByLine, linesOf, starredLines } from "./alarms.ts";
import { type Annotations, annotated } from "./annotate.ts";
import {
  clangStyle,
  definedIn,
  type PreludeStyle,
  preludeOf,
  primitivesOf,
  smatchStyle,
  sparseStyle,
} from "./lock-prelude.ts";
import { semanticPatch } from "./semantic-patch.ts";
import { scoreOf } from "./table.ts";
import { flagsOf } from "./xen-build.ts";

const { platform } = await fixturePacks("checks/exchange-pack");
const primitives = primitivesOf(platform);

describe("a prelude", () => {
  const macro = (style: PreludeStyle, name: string) =>
    preludeOf({ primitives, headers: ["xen/spinlock.h"], style })
      .split("\n")
      .filter((line) => line.includes(` ${name}(`) || line.includes(`peer_${name}(`));

  test("includes what it overrides first", () => {
    expect(preludeOf({ primitives, headers: ["xen/spinlock.h"], style: clangStyle })).toMatch(
      /^#include <xen\/spinlock.h>\n/,
    );
  });

  test.each([
    [
      "clang",
      clangStyle,
      "spin_lock",
      [
        "void peer_spin_lock(const volatile void *lock) __attribute__((acquire_capability(lock)));",
        "#define spin_lock(a0, ...) peer_spin_lock((a0))",
      ],
    ],
    [
      "clang",
      clangStyle,
      "read_trylock",
      [
        "int peer_read_trylock(const volatile void *lock) __attribute__((try_acquire_shared_capability(1, lock)));",
        "#define read_trylock(a0, ...) peer_read_trylock((a0))",
      ],
    ],
    [
      "sparse",
      sparseStyle,
      "spin_unlock_irqrestore",
      [
        "void peer_spin_unlock_irqrestore(const volatile void *lock) __attribute__((context(1,0)));",
        "#define spin_unlock_irqrestore(a0, a1, ...) peer_spin_unlock_irqrestore((a0))",
      ],
    ],
    [
      "smatch",
      smatchStyle,
      "spin_lock_irqsave",
      ["#define spin_lock_irqsave(a0, a1, ...) ((a1) = 0, _raw_spin_lock((a0)))"],
    ],
    ["smatch", smatchStyle, "write_unlock", ["#define write_unlock(a0, ...) _raw_write_unlock((a0))"]],
    [
      "smatch",
      smatchStyle,
      "pcidevs_lock",
      ["#define pcidevs_lock() _raw_spin_lock(&peer_lock_pcidevs_lock)"],
    ],
  ] as const)("for %s: $2", (_, style, name, lines) => {
    expect(macro(style, name)).toEqual(lines);
  });

  test("leaves out what a caller does not write", () => {
    expect(primitives.map(({ name }) => name)).not.toContain("_spin_lock");
    expect(primitives.map(({ name }) => name)).not.toContain("spin_lock_init");
  });

  test("finds the names that a header defines, not those that it uses", () => {
    const header = `#define spin_unlock(l)  _spin_unlock(l)
static always_inline void spin_lock(spinlock_t *l)
{
    read_lock(l);
}
void write_lock(rwlock_t *l);
`;
    const names = ["spin_lock", "spin_unlock", "read_lock", "write_lock"];
    expect(definedIn(header, names)).toEqual(["spin_lock", "spin_unlock", "write_lock"]);
  });
});

describe("annotations", () => {
  const TEXT = `static DEFINE_SPINLOCK(devices_lock);
static LIST_HEAD(devices);
struct device {
    struct list_head list;
    int id, irq;
    u32 ids[4];
    spinlock_t lock;
};

static struct device *find(int id)
{
    return search(&devices, id);
}
`;
  const annotations: Annotations = {
    members: [{ struct: "device", fields: "all", except: ["list"], lock: "devices_lock" }],
    globals: [{ name: "devices", lock: "devices_lock" }],
    contracts: [{ function: "find", lock: "pcidevs_lock" }],
  };
  const GUARD = "__attribute__((guarded_by(devices_lock)))";

  test("stand where somebody would write them, and move no line", () => {
    expect(annotated(TEXT, annotations, ["pcidevs_lock"]).split("\n").slice(0, 11)).toEqual([
      "static spinlock_t devices_lock; static DEFINE_SPINLOCK(devices_lock);",
      `static struct list_head devices ${GUARD}; static LIST_HEAD(devices);`,
      "struct device {",
      "    struct list_head list;",
      "    int id, irq;",
      `    u32 ids[4] ${GUARD};`,
      "    spinlock_t lock;",
      "};",
      "",
      "__attribute__((requires_capability(peer_lock_pcidevs_lock))) static struct device *find(int id)",
      "{",
    ]);
  });

  test("follow a function to its new name", () => {
    const renamed = TEXT.replace("find(", "find_anew(");
    expect(annotated(renamed, annotations, ["pcidevs_lock"])).toContain("capability(peer_lock_pcidevs_lock)");
  });

  test("say nothing of a lock that the file does not define", () => {
    expect(annotated("struct device {\n    int id;\n};\n", annotations, [])).not.toContain("devices_lock");
  });

  test("are rules for Coccinelle as well, one for each member", () => {
    const members = [{ struct: "device", fields: ["id", "irq"], except: [], lock: "devices_lock" }];
    const rules = semanticPatch(primitives, { ...annotations, members });
    expect(rules.match(/^@(\w+)/gm)).toEqual(
      ["@paired", "@left", "@unpaired", "@twice", "@held", "@unheld"].concat([
        "@inside0id",
        "@outinside0id",
        "@inside0irq",
        "@outinside0irq",
      ]),
    );
    expect(rules).toContain("* E->irq@p");
    expect(rules).toContain("spin_lock_irqsave@a(L, ...)");
  });
});

describe("alarms", () => {
  const TEXT = `static int first(int a)
{
    return a;
}

int
second(void)
{
    return first(1);
}
`;
  test("belong to the function around their line", () => {
    const at = functionsByLine(TEXT);
    expect([1, 3, 4, 5, 9, 10].map(at)).toEqual(["first", "first", "first", "", "second", "second"]);
  });

  const said = (...alarms: readonly (readonly [number, string])[]) => ({
    alarms: alarms.map(([line, text]) => ({ line, text })),
    functionAt: functionsByLine(TEXT),
  });

  test.each([
    ["one that was there", said([3, "mutex 'a' is held"]), said([3, "mutex 'a' is held"]), []],
    [
      "one that moved and speaks of another name",
      said([3, "mutex 'a' is held"]),
      said([9, "mutex 'b' is held"]),
      [],
    ],
    [
      "a second of its kind",
      said([3, "mutex 'a' is held"]),
      said([3, "mutex 'a' is held"], [9, "mutex 'a' is held"]),
      [9],
    ],
    ["one of another kind", said([3, "mutex 'a' is held"]), said([3, "mutex 'a' is not held"]), [3]],
  ])("%s", (_, before, after, lines) => {
    expect(broughtUp(before, after).map(({ line }) => line)).toEqual(lines);
  });

  test("are the lines about the file itself, of the kind that is asked for", () => {
    const output = "a.c:3:7: warning: imbalance\na.h:4:1: warning: imbalance\na.c:5:1: error: other\n";
    expect(linesOf(output, "a.c", (text) => text.includes("imbalance"))).toEqual([
      { line: 3, text: "warning: imbalance" },
    ]);
  });

  test("of a semantic patch are the lines that its diff takes away", () => {
    const output = "--- a.c\n+++ /tmp/a.c\n@@ -10,4 +10,2 @@ f\n {\n-\tlock(l);\n \tx();\n-\treturn;\n }\n";
    expect(starredLines(output).map(({ line }) => line)).toEqual([11, 13]);
  });
});

test("a compiler's command gives what tells how to read the file", () => {
  const command =
    "cmd_a.o := gcc -MMD -MF .a.o.d -std=gnu99 -Wall -nostdinc -fno-builtin -O2 -D__XEN__ -include ./c.h -I./include -c a.c -o a.o\n";
  expect(flagsOf(command).join(" ")).toBe(
    "-std=gnu99 -nostdinc -fno-builtin -D__XEN__ -include ./c.h -I./include",
  );
});

test("a score counts defects and rewrites apart", () => {
  const of = (kind: "defect" | "harmless", isCaught: boolean, isFlagged: boolean) => ({
    operator: "",
    kind,
    file: "",
    function: "",
    isCaught,
    isFlagged,
  });
  const verdicts = [of("defect", true, true), of("defect", false, true), of("harmless", false, true)];
  expect(scoreOf(verdicts)).toEqual({ defects: 2, caught: 1, rewrites: 1, flagged: 1 });
});
