import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskFile } from "./mask-file.ts";
import { scan } from "./scan.ts";

const ALL_OFF: ReadonlyMap<string, boolean> = new Map();

function masked(text: string, variant = ALL_OFF): string {
  return maskFile(scan(text), variant).masked;
}

describe("the text stage rewrites", () => {
  it.each([
    ["static int __init f(void);", "static int        f(void);"],
    ["void __iomem *base;", "void         *base;"],
    ["int f(void) __attribute__((pure));", "int f(void)                      ;"],
    ["int f(void) __unheard;", "int f(void)          ;"],
    ["f(/* one */ a); // two", "f(          a);       "],
    ["struct s { DECLARE_BITMAP(map, N); };", "struct s { long           map[ N]; };"],
    ["struct s { u32 :4; };", "struct s { u _ :4; };"],
    ["HANDLE(char) name;", "HANDLE_char_ name;"],
    ["typeof(*a) b;", "typeof__a_ b;"],
    ["int f(HANDLE(void) a) {}", "int f(HANDLE_void_ a) {}"],
    ["int DO(op)(int a) {}", "int DO_op_(int a) {}"],
    ["static LIST_HEAD(all);", "       LIST_HEAD(all);"],
    ["static PER_CPU(int, n) = 1;", "       PER_CPU_int_ n  = 1;"],
    ["void f(void) { g(struct s, s_t *); }", "void f(void) { g(       s, s_t  ); }"],
    ["void f(void) { g(unsigned long, const char *); }", "void f(void) { g(unsigned_long,       char  ); }"],
    ["void f(void) { g(a, ); }", "void f(void) { g(a,0); }"],
    ["void f(void) { for_each_x(a, b) c(); }", "void f(void) { while     (a, b) c(); }"],
    ["void f(void) { for_each_x(a, b); }", "void f(void) { for_each_x(a, b); }"],
    ["void f(void) { switch (a) { case 1 ... 2: } }", "void f(void) { switch (a) { case 1 |   2:;} }"],
    ["void f(void) { X(a)\n b(); }", "void f(void) {X(a);\n b(); }"],
    ['char *s = A B "c" D(1);', 'char *s = A_B "c" D_1_;'],
    ["HOOK(a)\nint b;", "HOOK;  \nint b;"],
    ['T_START(a, "b")\n.c = 1,\nT_END\n', "T_START a={    \n.c = 1,\n};   \n"],
  ])("%s", (text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  it.each([
    ["a pointer to an unknown name's section symbol", "void f(void) { p = (u8 *)__start; }"],
    ["a prototype's unnamed parameters", "int f(struct s *, unsigned long);"],
    ["a multiplication", "void f(void) { a = b * c; }"],
    ["designated ranges", "int a[] = { [0 ... 3] = 1 };"],
    ["a declared variable that begins with underscores", "struct s __s;"],
    ["quotes that hold code", 'char *s = "/* #if 0 */ __init";'],
  ])("and leaves alone %s", (_, text) => {
    expect(masked(text)).toBe(text);
  });
});

it("blanks the branches that a variant does not take, and every directive", () => {
  const text = "#ifdef A\nint a;\n#else\nint b;\n#endif\n#if 0\ndon't\n#endif\n";
  expect(masked(text).replace(/ +/g, "")).toBe("\n\n\nintb;\n\n\n\n\n");
  expect(
    masked(text, new Map([["A", true]]))
      .replace(/ +/g, " ")
      .trim(),
  ).toBe("int a;");
});

describe("offsets and lines stay for any text", () => {
  const piece = fc.constantFrom(
    ..."( ) { } [ ] ; , : * = \\ # \" ' \n \r\n \t é 0 0x1f ... struct int x __init typeof asm static case".split(
      " ",
    ),
    " ",
    "\n",
    "\\\n",
    "/*",
    "*/",
    "//",
    "\n#define F(a) a \\\n b\n",
    "\n#ifdef A\n",
    "\n#else\n",
    "\n#endif\n",
    "for_each_x(a, b)",
    "DECLARE_BITMAP(a, b)",
    "X_START(a)\n.b",
    "X_END",
    'asm volatile ("a" : "=r" (b))',
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(" "));

  it("keeps the length and every line end", () => {
    fc.assert(
      fc.property(text, (written) => {
        const read = masked(written);
        const lineEnds = (one: string): number[] => [...one.matchAll(/\n/g)].map((match) => match.index);
        expect(read.length).toBe(written.length);
        expect(lineEnds(read)).toEqual(lineEnds(written));
      }),
      { numRuns: 400 },
    );
  });

  it("covers each token that is left by exactly one item, in order", () => {
    fc.assert(
      fc.property(text, (written) => {
        const { items } = maskFile(scan(written), ALL_OFF);
        items.forEach((item, index) => {
          expect(item.end).toBeGreaterThanOrEqual(item.start);
          expect(item.start).toBeGreaterThanOrEqual(items[index - 1]?.end ?? 0);
        });
      }),
    );
  });
});
