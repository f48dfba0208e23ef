import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { PatchError } from "../../base/index.ts";
import { runSeries } from "./series.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
const schema: unknown = JSON.parse(readFileSync(join(ROOT, "src/reports/schema/series.schema.json"), "utf8"));
const fits = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema as object);
const inputsIn = (folder: string) =>
  readdirSync(join(ROOT, "fixtures", folder))
    .filter((name) => !name.endsWith(".json"))
    .map((name) => join(ROOT, "fixtures", folder, name));

describe("runSeries", () => {
  test.each(["mail", "series"])("prints documents that fit the schema: fixtures/%s", async (folder) => {
    for (const inputs of [inputsIn(folder), ...inputsIn(folder).map((input) => [input])]) {
      const text = await runSeries({ inputs, format: "json" });
      expect([inputs, fits(JSON.parse(text)), fits.errors]).toEqual([inputs, true, null]);
      expect(text.endsWith("}\n")).toBe(true);
    }
  });

  test("the schema refuses what is not in the document", () => {
    expect(fits({ version: 1, messages: [], series: [], time: 0 })).toBe(false);
    expect(fits({ version: 1, messages: [{ messageId: "no brackets" }], series: [] })).toBe(false);
  });

  test("tells people what there is and what is not", async () => {
    const inputs = [
      "series/missing-part.mbox",
      "mail/truncated.eml",
      "mail/mini-os.eml",
      "mail/reply-quoting.eml",
    ].map((name) => join(ROOT, "fixtures", name));
    expect(await runSeries({ inputs, format: "text" })).toBe(
      [
        "lamp: step 1",
        "  by Anna Lampe <anna@example.org>, 2 of 3 patches, incomplete",
        "  1/3  [PATCH 1/3] lamp: step 1",
        "       2 hunks in xen/drivers/lamp/lamp1.c",
        "  3/3  [PATCH 3/3] lamp: step 3",
        "       2 hunks in xen/drivers/lamp/lamp3.c",
        "  missing: 2/3",
        "",
        "lamp: hold the lock while switching off",
        "  by Anna Lampe <anna@example.org>, 1 patch",
        "  1/1  [PATCH] lamp: hold the lock while switching off",
        "       2 hunks in xen/drivers/lamp/lamp.c",
        "       damaged: hunk 2 of xen/drivers/lamp/lamp.c: ends after 4 of 5 old and 5 of 7 new lines: the text is cut off",
        "",
        "lamp: hold the lock",
        "  by Anna Lampe <anna@example.org>, 1 patch",
        "  1/1  [MINI-OS PATCH] lamp: hold the lock",
        "       2 hunks in xen/drivers/lamp/lamp.c",
        "       set aside: the tag mini-os says that it is for Mini-OS",
        "",
        "no part of a series:",
        "  reply  Re: [PATCH] lamp: hold the lock while switching off: it answers another mail",
        "",
      ].join("\n"),
    );
  });

  test("lets no control character of a mail through", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lockspan-series-"));
    try {
      const name = join(folder, "x.eml");
      writeFileSync(name, "From: a@b\nSubject: =?utf-8?q?=1B]0;own=07=E2=80=AEed?=\n\nx\n");
      const text = await runSeries({ inputs: [name], format: "text" });
      expect(text).toContain("?]0;own??ed");
      expect(text).not.toContain("\u001b");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("an empty input holds nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "lockspan-series-"));
    try {
      const name = join(folder, "empty");
      writeFileSync(name, "");
      expect(await runSeries({ inputs: [name], format: "text" })).toBe("no mail and no diff\n");
      expect(JSON.parse(await runSeries({ inputs: [name], format: "json" }))).toEqual({
        version: 1,
        messages: [],
        series: [],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("a named file that is not there is the only failure", async () => {
    await expect(runSeries({ inputs: ["/nowhere/x.eml"], format: "json" })).rejects.toThrow(PatchError);
  });
});
