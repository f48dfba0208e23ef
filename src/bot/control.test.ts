/** A running bot answers its operator, who may do what he may do at the store itself. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError, PatchError } from "../base/index.ts";
import { askRunning, serveControl } from "./control.ts";
import type { Asked } from "./operate.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lockspan-control-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const RELEASE: Asked = { action: "release", ids: ["<a@x>"] };

describe("the socket in the state folder", () => {
  test("hands on what is asked and what is answered, and nobody else may open it", async () => {
    const heard: Asked[] = [];
    const end = await serveControl(folder, async (asked) => {
      heard.push(asked);
      return `${"long ".repeat(50_000)}\n`;
    });
    expect((await askRunning(folder, RELEASE))?.length).toBe(250_001);
    expect(heard).toEqual([RELEASE]);
    expect(statSync(join(folder, "control")).mode & 0o777).toBe(0o600);
    await end();
    expect(await askRunning(folder, RELEASE)).toBeNull();
  });

  test.each([
    [new InputError("two ids", { hint: "One." }), InputError, "two ids", "One."],
    [new PatchError("no such mail"), PatchError, "no such mail", null],
    [
      new TypeError("x is undefined"),
      Error,
      "the running bot could not answer (x is undefined)",
      "See its log.",
    ],
  ])("tells a failure as it is: %s", async (failure, kind, message, hint) => {
    const end = await serveControl(folder, () => Promise.reject(failure));
    const told = await askRunning(folder, RELEASE).catch((error: unknown) => error);
    expect(told).toBeInstanceOf(kind);
    expect(told).toMatchObject({ message, hint });
    await end();
  });

  test("that a killed bot left behind answers nobody, and the next one takes its place", async () => {
    writeFileSync(join(folder, "control"), "");
    expect(await askRunning(folder, RELEASE)).toBeNull();
    const end = await serveControl(folder, async () => "here");
    expect(await askRunning(folder, RELEASE)).toBe("here");
    await end();
  });
});
