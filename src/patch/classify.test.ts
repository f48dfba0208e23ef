import { describe, expect, test } from "vitest";
import { readMessages } from "./message.ts";

const DIFF = "--- a/l.c\n+++ b/l.c\n@@ -1 +1 @@\n-a\n+b\n";
const BRANCH = "are available in the Git repository at:\n\n  git://example.org/x\n";

interface Sketch {
  readonly from?: string;
  readonly fields?: string;
  readonly body?: string;
}

describe("classify", () => {
  // biome-ignore format: a table is read by its columns
  test.each<readonly [string, Sketch, string, string | null]>([
    // subject                             rest of the mail                     kind     reason
    ["[PATCH] pull the lock out",          { body: DIFF },                      "patch", null],
    ["[PATCH] XSA-999: hold the lock",     { body: DIFF },                      "patch", null],
    ["[PATCH 1/2] see below",              { body: `${BRANCH}\n${DIFF}` },      "patch", null],
    ["[PATCH 0/2] lamps",                  { body: BRANCH },                    "cover", "it is the cover letter of a series"],
    ["hold the lock",                      { body: DIFF },                      "patch", null],
    ["hold the lock",                      { body: DIFF, fields: "In-Reply-To: <1@x>\n" }, "reply", "it answers another mail and is not tagged as a patch"],
    ["[PATCH] hold the lock",              { body: DIFF, fields: "In-Reply-To: <1@x>\n" }, "patch", null],
    ["pull request for lamps",             { body: DIFF },                      "pull",  "it asks to pull a branch"],
    ["GIT PULL: lamps",                    { body: DIFF },                      "pull",  "it asks to pull a branch"],
    ["[PULL 1/5] lamps",                   { body: DIFF },                      "pull",  "it asks to pull a branch"],
    ["lamps for the release",              { body: BRANCH },                    "pull",  "it asks to pull a branch"],
    ["[qemu-mainline test] 7: all pass",   { body: DIFF },                      "other", "it is a report of the test system"],
    ["Xen Security Notice 3",              { body: DIFF },                      "other", "it is a security advisory"],
    ["[XTF PATCH] x",                      { body: DIFF },                      "patch", "the tag xtf says that it is for the Xen Test Framework"],
    ["[QEMU-XEN PATCH] x",                 { body: DIFF },                      "patch", "the tag qemu-xen says that it is for QEMU"],
    ["[livepatch-build-tools PATCH] x",    { body: DIFF },                      "patch", "the tag livepatch-build-tools says that it is for livepatch-build-tools"],
    ["[PATCH] x",                          { body: "Hello\n" },                 "other", "it is tagged as a patch but holds no diff"],
    ["[PATCH] x",                          { body: "@@ -1 +1 @@\n-a\n" },       "patch", null],
    ["x",                                  { body: "Hello\n" },                 "other", "it holds no diff"],
  ])("%s %j: %s", (subject, { from = "A <a@x>", fields = "", body = "" }, kind, reason) => {
    const [message] = readMessages(Buffer.from(`From: ${from}\nSubject: ${subject}\n${fields}\n${body}`));
    expect({ kind: message?.kind, reason: message?.reason }).toEqual({ kind, reason });
  });
});

describe("a diff in UTF-16, as some shells write it", () => {
  test.each(["utf16le", "utf16be"])("%s", (order) => {
    const bytes = Buffer.from(`\ufeff${DIFF}`, "utf16le");
    const [message] = readMessages(order === "utf16le" ? bytes : bytes.swap16());
    expect(message?.files).toMatchObject([{ newPath: "l.c" }]);
  });
});
