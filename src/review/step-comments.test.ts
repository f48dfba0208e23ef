/** Comments about checks that only a review has. */
import { describe, expect, test } from "vitest";
import { fixturePacks } from "../testing/fixture-files.ts";
import { auditFiles } from "./audit-files.ts";

const packs = await fixturePacks(null);

describe("an audit, which cannot know whether a comment is needed", () => {
  test.each([
    ["new-nesting", []],
    ["lock-contract-change, new-nesting", []],
    ["lock-leak", [expect.stringContaining("hides nothing: there is no finding of lock-leak")]],
    ["new-nesting, lock-leak", [expect.stringContaining("hides nothing")]],
    ["", [expect.stringContaining("names no check")]],
  ])("says of %j", (checks, notes) => {
    const text = `int f(void) { return 0; /* lockspan: ignore ${checks}: it is right */ }\n`;
    expect(
      auditFiles([{ path: "a.c", text }], packs, "approach-b").baseNotes.filter((note) =>
        note.startsWith("a.c"),
      ),
    ).toEqual(notes);
  });
});
