/** Whose files are whose, and what a patch of several sections may do. */
import { describe, expect, test } from "vitest";
import type { Mode } from "../review/index.ts";
import { modeOfPatch, parseMaintainers, sectionsOf } from "./maintainers.ts";

const TEXT = `How to read this file: prose, with an example of a line:
	F: file

LAMPS
M:	Ada Example <Ada@example.org>
M:	bob@example.org
R:	Cy Reader <cy@example.org>
S:	Supported
F:	xen/drivers/lamp/
F:	xen/include/lamp*.h
X:	xen/drivers/lamp/old/

FANS (AND WINDOWS)
M:	Dan Example <dan@example.org>
F:	xen/drivers/*/fan.c

THE REST
M:	Eve Example <eve@example.org>
F:	*
`;
const sections = parseMaintainers(TEXT);

test("sections have names, maintainers and no reviewers", () => {
  expect(sections.map(({ name, maintainers }) => [name, maintainers])).toEqual([
    ["LAMPS", ["ada@example.org", "bob@example.org"]],
    ["FANS (AND WINDOWS)", ["dan@example.org"]],
    ["THE REST", ["eve@example.org"]],
  ]);
});

// biome-ignore format: a table is read by its columns
test.each([
  ["xen/drivers/lamp/lamp.c",     ["LAMPS"]],
  ["xen/drivers/lamp/fan.c",      ["LAMPS", "FANS (AND WINDOWS)"]],
  ["xen/drivers/lamp/deep/fan.c", ["LAMPS"]],
  ["xen/drivers/lamp/old/a.c",    []],
  ["xen/include/lamp-bulb.h",     ["LAMPS"]],
  ["xen/include/deep/lamp.h",     []],
  ["xen/drivers/lamps.c",         []],
])("%s is of %j", (file, names) => {
  expect(sectionsOf(file, sections).map(({ name }) => name)).toEqual([...names, "THE REST"]);
});

describe("a patch may do what the most careful of its sections allows", () => {
  type Switch = Mode | "off";
  // biome-ignore format: a table is read by its columns
  test.each<[string[], Record<string, Switch>, Mode, Switch]>([
    [["xen/drivers/lamp/lamp.c"],                      { LAMPS: "send" },                        "send",     "send"],
    [["xen/drivers/lamp/lamp.c"],                      { LAMPS: "send" },                        "moderate", "moderate"],
    [["xen/drivers/lamp/lamp.c"],                      { LAMPS: "off" },                         "send",     "off"],
    [["xen/drivers/lamp/fan.c"],                       { LAMPS: "send", "FANS (AND WINDOWS)": "moderate" }, "send", "moderate"],
    [["xen/drivers/lamp/lamp.c", "xen/other.c"],       { LAMPS: "send", "THE REST": "dry-run" }, "send",     "dry-run"],
    [["xen/drivers/lamp/lamp.c", "xen/other.c"],       { LAMPS: "send" },                        "send",     "send"],
    [["xen/other.c"],                                  { LAMPS: "send" },                        "send",     "dry-run"],
  ])("%j with %j in mode %s: %s", (files, switches, mode, expected) => {
    const found = modeOfPatch(files, {
      sections,
      switches: new Map(Object.entries(switches)),
      mode,
      otherwise: "dry-run",
    });
    expect(found).toBe(expected);
  });
});
