import { expect, test } from "vitest";
import { headerFiles, typesOfHeader } from "./header-types.ts";

const HEADER = `
/* struct box { int old; }; */
#ifndef BOX_H
struct lid;
struct box {
#ifdef CONFIG_LID
    struct lid { int open; } lid; // }
#endif
    int size;
#define MAX \\
    3
};
static inline int f(struct box *b) { return b->size; }
#endif
`;

test("cuts the wanted structs out, with the members of every configuration", () => {
  const text = typesOfHeader(HEADER, ["box", "gone"]);
  expect(text.replace(/\s+/g, " ")).toBe("struct box { struct lid { int open; } lid; int size; }; ");
});

test("a header that is not there, or defines none of them, is left out", () => {
  const wanted = [
    { path: "a.h", structs: ["box"] },
    { path: "b.h", structs: ["box"] },
    { path: "c.h", structs: ["tin"] },
  ];
  const texts = new Map<string, string | null>([
    ["a.h", HEADER],
    ["b.h", null],
    ["c.h", HEADER],
  ]);
  expect(headerFiles(wanted, texts).map(({ path }) => path)).toEqual(["a.h"]);
});
