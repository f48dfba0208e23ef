import { describe, expect, test } from "vitest";
import { parseSubject } from "./subject.ts";

describe("parseSubject", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // subject                              tags                     rev   index total
    ["[PATCH] t",                           [],                      null, null, null],
    ["[PATCH v3 2/5] t",                    [],                      3,    2,    5],
    ["[PATCHv3 2/5] t",                     [],                      3,    2,    5],
    ["[PATCH  V3  02/05] t",                [],                      3,    2,    5],
    ["[PATCH v3,2/5] t",                    [],                      3,    2,    5],
    ["[patch-4.16] t",                      ["for-4.16"],            null, null, null],
    ["[PATCH-4.16 v2] t",                   ["for-4.16"],            2,    null, null],
    ["[PATCH for-4.16 1/2] t",              ["for-4.16"],            null, 1,    2],
    ["[PATCH for 4.16] t",                  ["for-4.16"],            null, null, null],
    ["[XEN PATCH for-4.17 v2 4/6] t",       ["xen", "for-4.17"],     2,    4,    6],
    ["[RFC PATCH] t",                       ["rfc"],                 null, null, null],
    ["[RFC v2 1/3] t",                      ["rfc"],                 2,    1,    3],
    ["[PATCH v2.1 8/7] t",                  [],                      2.1,  8,    7],
    ["[MINI-OS PATCH] t",                   ["mini-os"],             null, null, null],
    ["[PATCH-4.19-stable] t",               ["4.19-stable"],         null, null, null],
    ["[Xen-devel] [PATCH 0/2] t",           [],                      null, 0,    2],
    ["[PATCH RESEND v4] t",                 ["resend"],              4,    null, null],
    ["[PATCH][RFC] t",                      ["rfc"],                 null, null, null],
    ["[PATCH 1/99999999] t",                ["1/99999999"],          null, null, null],
  ] as const)("%s", (subject, tags, revision, index, total) => {
    expect(parseSubject(subject)).toEqual({ title: "t", isReply: false, isForward: false, isTaggedPatch: true, tags, revision, index, total });
  });

  // biome-ignore format: a table is read by its columns
  test.each([
    ["Re: [PATCH] t",               true,  false, true],
    ["RE: AW: [Xen-devel] [PATCH] t", true, false, true],
    ["Fwd: [PATCH] t",              false, true,  true],
    ["[PATCH] Re: t",               true,  false, true],
    ["t",                           false, false, false],
    ["[lamp] t",                    false, false, false],
  ] as const)("%s: reply %s, forward %s, tagged %s", (subject, isReply, isForward, isTaggedPatch) => {
    expect(parseSubject(subject)).toMatchObject({ title: "t", isReply, isForward, isTaggedPatch });
  });

  test("a mail without a subject has an empty title", () => {
    expect(parseSubject(null)).toMatchObject({ title: "", isTaggedPatch: false });
  });
});
