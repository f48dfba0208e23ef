import { describe, expect, it } from "vitest";
import type { CType } from "./c-type.ts";
import { declaratorsOf } from "./declarator.ts";
import { readSourceFile } from "./source-file.ts";
import { type TypeTableOptions, typeTableOf } from "./type-table.ts";

const NOTHING: ReadonlyMap<string, boolean> = new Map();

/** A type as C would nearly write it, outermost first: `*[]struct s`. */
function show(type: CType | null | undefined): string {
  if (type === null || type === undefined) return "-";
  if (type.kind === "struct") return `struct ${type.tag}`;
  if (type.kind === "pointer") return `*${show(type.to)}`;
  if (type.kind === "array") return `[]${show(type.of)}`;
  if (type.kind === "function") return `f()${show(type.returns)}`;
  return type.kind === "scalar" ? type.name : "?";
}

function tableOf(text: string, options: TypeTableOptions = {}) {
  return typeTableOf([readSourceFile("a.c", text, NOTHING)], options);
}

describe("declarators", () => {
  it.each([
    ["int a, *b, c[2], **d = 0;", ["a int", "b *int", "c []int", "d **int"]],
    ["struct s *a[3];", ["a []*struct s"]],
    ["struct s (*a)[3];", ["a *[]struct s"]],
    ["int (*a)(int, struct s *);", ["a *f()int"]],
    ["void (*a[2])(void);", ["a []*f()void"]],
    ["unsigned  long a;", ["a unsigned long"]],
    ["typeof(x) a;", ["a ?"]],
    ["struct { int x; } a;", ["a struct a"]],
    ["enum e a;", ["a enum e"]],
    ["spinlock_t *a;", ["a *spinlock_t"]],
  ])("%s", (text, expected) => {
    const [item] = readSourceFile("a.c", text, NOTHING).items;
    const [node] = item?.root.children ?? [];
    const declared = node === undefined ? [] : declaratorsOf(node, item?.masked ?? "");
    expect(declared.map(({ name, type }) => `${name} ${show(type)}`)).toEqual(expected);
  });
});

describe("the type table", () => {
  const table = tableOf(
    `#define node other_node
     #define lock_word spinlock_t
     struct cfg { struct list_head list; union { int irq; struct { u32 flags; } ; }; DECLARE_BITMAP(map, 4);
       struct { int deep; } inner, *more; int (*op)(struct cfg *); struct node *of; lock_word lock; };
     typedef struct { int x; } pair_t, *pair_ptr;
     typedef struct cfg cfg_t;
     enum kind { FIRST, SECOND = 1 << 4, THIRD, LAST = -1, UNKNOWN = sizeof(int), AFTER };
     static DEFINE_SPINLOCK(guard);
     static LIST_HEAD(all);
     static cfg_t *current, table[4];
     static cfg_t *find(struct cfg *from, int, pair_ptr to);
     struct cfg *find(struct cfg *from, int id, pair_ptr to) { struct local { int y; } l; return from; }
     void nothing(void);`,
    {
      definingMacros: new Map([
        ["DEFINE_SPINLOCK", "spinlock_t"],
        ["LIST_HEAD", "struct list_head"],
      ]),
    },
  );

  it.each([
    ["list", "struct list_head"],
    ["irq", "int"],
    ["flags", "u32"],
    ["map", "[]long"],
    ["inner", "struct cfg.inner"],
    ["more", "*struct cfg.inner"],
    ["op", "*f()int"],
    ["of", "*struct other_node"],
    ["lock", "spinlock_t"],
    ["absent", "-"],
  ])("member %s of the struct", (field, expected) => {
    expect(show(table.fieldType("cfg", field))).toBe(expected);
  });

  it.each([
    ["guard", "spinlock_t"],
    ["all", "struct list_head"],
    ["current", "*struct cfg"],
    ["table", "[]struct cfg"],
    ["find", "-"],
  ])("global %s", (name, expected) => {
    expect(show(table.globalType(name))).toBe(expected);
  });

  it("keeps the order of members and knows structs by their inner names", () => {
    expect(table.fields("cfg")?.map((field) => field.name)).toEqual([
      "list",
      "irq",
      "flags",
      "map",
      "inner",
      "more",
      "op",
      "of",
      "lock",
    ]);
    expect(table.fields("cfg.inner")?.map((field) => field.name)).toEqual(["deep"]);
    expect(table.fields("pair_t")?.map((field) => field.name)).toEqual(["x"]);
    expect(table.fields("local")?.map((field) => field.name)).toEqual(["y"]);
    expect(table.fields("unheard")).toBeNull();
  });

  it("knows functions, their parameters and results", () => {
    expect(show(table.returnType("find"))).toBe("*struct cfg");
    expect(show(table.functionType("nothing"))).toBe("f()void");
    expect(table.parameters("find")?.map(({ name, type }) => `${name} ${show(type)}`)).toEqual([
      "from *struct cfg",
      "id int",
      "to *struct pair_t",
    ]);
    expect(table.parameters("nothing")).toEqual([]);
    expect(table.functionType("guard")).toBeNull();
  });

  it("evaluates enumeration constants that are plain", () => {
    const names = ["FIRST", "SECOND", "THIRD", "LAST", "UNKNOWN", "AFTER", "NONE"];
    expect(names.map((name) => table.enumConstant(name))).toEqual([0, 16, 17, -1, null, null, null]);
  });

  it.each([
    ["struct cfg", "cfg"],
    ["struct cfg *", "cfg"],
    ["       cfg", "cfg"],
    ["cfg_t", "cfg"],
    ["pair_ptr", "pair_t"],
    ["unsigned_long", null],
    ["u32", null],
  ])("finds the struct in %s", (text, expected) => {
    expect(table.structNamed(text)).toBe(expected);
  });

  it("leaves opaque type names as they are", () => {
    const text = "typedef struct lock { int raw; } lock_t; struct s { lock_t lock; };";
    expect(show(tableOf(text).fieldType("s", "lock"))).toBe("struct lock");
    expect(show(tableOf(text, { opaqueTypes: new Set(["lock_t"]) }).fieldType("s", "lock"))).toBe("lock_t");
  });

  it("survives type names and macros that refer to themselves", () => {
    const loop = tableOf("#define a b\n#define b a\ntypedef c d;\ntypedef d c;\nstruct a *x; c y;");
    expect([show(loop.globalType("x")), show(loop.globalType("y"))]).toEqual([
      expect.stringMatching(/^\*struct [ab]$/),
      expect.stringMatching(/^[cd]$/),
    ]);
  });
});
