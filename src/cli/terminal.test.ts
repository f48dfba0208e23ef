import { describe, expect, test } from "vitest";
import { type Options, parseCommandLine } from "./options.ts";
import { hasCursor, styleFor } from "./terminal.ts";

function optionsOf(...words: string[]): Options {
  const invocation = parseCommandLine(["audit", "a.c", ...words]);
  if (invocation.kind !== "run") throw new Error("these words start no command");
  return invocation.options;
}

const UTF8 = { LANG: "C.UTF-8", TERM: "xterm" };

describe("what a text looks like", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // env                                  TTY    words               color  unicode width
    [UTF8,                                  true,  [],                 true,  true,  80],
    [{ ...UTF8, NO_COLOR: "1" },            true,  [],                 false, true,  80],
    [{ ...UTF8, NO_COLOR: "" },             true,  [],                 true,  true,  80],
    [{ ...UTF8, NO_COLOR: "1", FORCE_COLOR: "1" }, true, [],           false, true,  80],
    [UTF8,                                  true,  ["--no-color"],     false, true,  80],
    [{ ...UTF8, TERM: "dumb" },             true,  [],                 false, true,  80],
    [{ ...UTF8, LC_ALL: "C" },              true,  [],                 true,  false, 80],
    [{ ...UTF8, LC_ALL: "de_DE.ISO-8859-1" }, true, [],                true,  false, 80],
    [{ LC_CTYPE: "de_DE.utf8", LANG: "C" }, true,  [],                 true,  true,  80],
    [{},                                    true,  [],                 true,  false, 80],
    [{},                                    false, [],                 false, true,  null],
    [UTF8,                                  false, [],                 false, true,  null],
    [{ ...UTF8, LC_ALL: "C" },              false, [],                 false, false, null],
    [{ ...UTF8, FORCE_COLOR: "1" },         false, [],                 true,  true,  null],
    [UTF8,                                  true,  ["--output", "x"],  false, true,  null],
  ] as const)("%j, TTY %s, %j", (env, isTTY, words, color, unicode, width) => {
    expect(styleFor(optionsOf(...words), env, { isTTY, columns: 80 })).toEqual({ color, unicode, width });
  });

  test.each([
    [{ TERM: "xterm" }, { isTTY: true }, true],
    [{ TERM: "dumb" }, { isTTY: true }, false],
    [{ TERM: "xterm" }, {}, false],
  ])("a screen is drawn: %j, %j", (env, stream, draws) => expect(hasCursor(env, stream)).toBe(draws));
});
