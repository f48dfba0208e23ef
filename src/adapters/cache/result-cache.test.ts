/** What is kept is served for exactly what it was made from, whole, or not at all. */
import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cacheFolder } from "./cache-folder.ts";
import { FolderCache, type FolderCacheSetting } from "./folder-cache.ts";
import { openResultCache } from "./open-cache.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "lockspan-cache-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | null) => (value === null ? null : new TextDecoder().decode(value));

function cacheAt(setting: Partial<FolderCacheSetting> = {}): FolderCache {
  return new FolderCache({ folder: join(home, "kept"), seal: ["1.0.0", "rules"], ...setting });
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const only = (): string => {
  const [file, ...others] = filesIn(join(home, "kept"));
  if (file === undefined || others.length > 0) throw new Error("there is not one file");
  return file;
};

test("what was kept comes back in another process' cache", () => {
  cacheAt().set("findings", ["a.c", "int x;"], bytes("none"));
  expect(text(cacheAt().get("findings", ["a.c", "int x;"]))).toBe("none");
  cacheAt().set("findings", ["a.c", "int x;"], bytes("other"));
  expect(text(cacheAt().get("findings", ["a.c", "int x;"]))).toBe("other");
});

describe("nothing stale is served", () => {
  const kept = ["a.c", "int x;"] as const;
  test.each<[string, Partial<FolderCacheSetting>, string, readonly string[]]>([
    ["another text", {}, "findings", ["a.c", "int y;"]],
    ["another path", {}, "findings", ["b.c", "int x;"]],
    ["another kind", {}, "model", kept],
    ["more content", {}, "findings", [...kept, ""]],
    ["less content", {}, "findings", ["a.c"]],
    ["the same letters, cut elsewhere", {}, "findings", ["a.cint", " x;"]],
    ["another version", { seal: ["1.0.1", "rules"] }, "findings", kept],
    ["other rules", { seal: ["1.0.0", "other rules"] }, "findings", kept],
    ["a seal that is cut elsewhere", { seal: ["1.0.0rules"] }, "findings", kept],
  ])("%s", (_what, setting, kind, content) => {
    cacheAt().set("findings", kept, bytes("none"));
    expect(cacheAt(setting).get(kind, content)).toBeNull();
    expect(text(cacheAt().get("findings", kept))).toBe("none");
  });

  test("a file in the place of another one", () => {
    cacheAt().set("findings", ["one"], bytes("of one"));
    const one = only();
    cacheAt().set("findings", ["two"], bytes("of two"));
    const two = filesIn(join(home, "kept")).find((file) => file !== one) ?? "";
    copyFileSync(one, two);
    expect(cacheAt().get("findings", ["two"])).toBeNull();
  });
});

describe("damage is seen, and the damaged file is gone", () => {
  const whole = () => {
    cacheAt().set("findings", ["a"], bytes("some findings"));
    return readFileSync(only());
  };
  const served = () => cacheAt().get("findings", ["a"]);

  test("any byte that is another one", () => {
    const good = whole();
    const file = only();
    for (let at = 0; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 1;
      writeFileSync(file, bad);
      expect(served(), `byte ${at}`).toBeNull();
      expect(existsSync(file)).toBe(false);
    }
  });

  test("any length that is another one", () => {
    const good = whole();
    const file = only();
    for (let length = 0; length < good.length; length++) {
      writeFileSync(file, good.subarray(0, length));
      expect(served(), `${length} bytes`).toBeNull();
    }
    writeFileSync(file, Buffer.concat([good, Buffer.from("x")]));
    expect(served()).toBeNull();
    writeFileSync(file, good);
    expect(text(served())).toBe("some findings");
  });
});

describe("nothing about the folder fails a run", () => {
  test("it is deleted between two looks", () => {
    const cache = cacheAt();
    cache.set("findings", ["a"], bytes("a"));
    rmSync(join(home, "kept"), { recursive: true });
    expect(cache.get("findings", ["a"])).toBeNull();
    cache.set("findings", ["a"], bytes("a"));
    expect(text(cache.get("findings", ["a"]))).toBe("a");
  });

  test("a file stands where the folder should be", () => {
    writeFileSync(join(home, "kept"), "");
    const cache = cacheAt();
    cache.set("findings", ["a"], bytes("a"));
    cache.close();
    expect(cache.get("findings", ["a"])).toBeNull();
    expect(readFileSync(join(home, "kept"), "utf8")).toBe("");
  });

  test.skipIf(process.getuid?.() === 0)("it may not be written", () => {
    mkdirSync(join(home, "kept"));
    chmodSync(join(home, "kept"), 0o500);
    const cache = cacheAt();
    cache.set("findings", ["a"], bytes("a"));
    expect(cache.get("findings", ["a"])).toBeNull();
  });
});

test("beyond its bound the results that were not asked for longest go first", () => {
  const cache = cacheAt({ most: 10_000 });
  const roomy = cacheAt();
  const value = new Uint8Array(900);
  const byAge: string[] = [];
  for (let at = 0; at < 20; at++) {
    const before = new Set(filesIn(join(home, "kept")));
    (at < 19 ? roomy : cache).set("findings", [`${at}`], value);
    const file = filesIn(join(home, "kept")).find((one) => !before.has(one)) ?? "";
    utimesSync(file, 1_000_000 + at, 1_000_000 + at);
    byAge.push(file);
  }
  // A look marks the oldest as used.
  expect(cache.get("findings", ["0"])).not.toBeNull();
  const strangers = join(home, "kept", "ab", "README");
  mkdirSync(join(strangers, ".."), { recursive: true });
  writeFileSync(strangers, new Uint8Array(50_000));
  cache.close();
  const left = filesIn(join(home, "kept")).filter((file) => file !== strangers);
  expect(existsSync(strangers)).toBe(true);
  expect(left.length).toBeGreaterThan(5);
  expect(left.length * 1000).toBeLessThanOrEqual(10_000);
  expect([...left].sort()).toEqual([byAge[0], ...byAge.slice(21 - left.length)].sort());
});

test("what a process left half written is thrown away when it is old", () => {
  const cache = cacheAt();
  cache.set("findings", ["a"], bytes("a"));
  const [old, fresh] = [`${only()}.1.1.new`, `${only()}.2.2.new`];
  for (const file of [old, fresh]) writeFileSync(file, "half");
  utimesSync(old, 1_000_000, 1_000_000);
  cache.close();
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
});

test("processes that write and read the same results at once see whole ones only", async () => {
  const script = `
    import { FolderCache } from ${JSON.stringify(pathToFileURL(join(home, "folder-cache.mjs")).href)};
    const cache = new FolderCache({ folder: ${JSON.stringify(join(home, "kept"))}, seal: ["s"], most: 30000 });
    for (let at = 0; at < 300; at++) {
      const key = String(at % 7);
      const value = cache.get("kind", [key]);
      if (value !== null && !value.every((one) => one === Number(key))) process.exit(1);
      cache.set("kind", [key], new Uint8Array(5000).fill(Number(key)));
      if (at % 50 === 0) cache.close();
    }`;
  const { build } = await import("esbuild");
  await build({
    entryPoints: [resolve("src/adapters/cache/folder-cache.ts")],
    outfile: join(home, "folder-cache.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
  });
  const ends = [1, 2, 3].map(
    () =>
      new Promise((done) => {
        spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" }).on(
          "close",
          done,
        );
      }),
  );
  expect(await Promise.all(ends)).toEqual([0, 0, 0]);
  expect(filesIn(join(home, "kept")).filter((file) => file.endsWith(".new"))).toEqual([]);
});

test("a process that never closes it stays near its bounds", () => {
  const cache = cacheAt({ most: 10_000 });
  for (let number = 0; number < 60; number++) cache.set("findings", [`${number}`], new Uint8Array(1_000));
  const sizes = filesIn(join(home, "kept")).map((file) => readFileSync(file).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(14_000);
  expect(cache.get("findings", ["59"])).not.toBeNull();
});

describe("the cache of a program", () => {
  const open = async (program: string, rules: string, version = "1.0.0") =>
    openResultCache({
      env: { LOCKSPAN_CACHE: join(home, "kept") },
      version,
      program: pathToFileURL(`${program}/`),
      rules: [rules],
    });

  test("another build of the same version is another program", async () => {
    const program = join(home, "dist");
    mkdirSync(program);
    writeFileSync(join(program, "program.cjs"), "one");
    const one = await open(program, "rules");
    one.set("findings", ["a"], bytes("a"));
    expect(text((await open(program, "rules")).get("findings", ["a"]))).toBe("a");
    expect((await open(program, "other rules")).get("findings", ["a"])).toBeNull();
    expect((await open(program, "rules", "1.0.1")).get("findings", ["a"])).toBeNull();
    writeFileSync(join(program, "program.cjs"), "two");
    expect((await open(program, "rules")).get("findings", ["a"])).toBeNull();
  });

  test("switched off, it keeps nothing", async () => {
    const env = { LOCKSPAN_CACHE: "off", HOME: home };
    const none = await openResultCache({ env, version: "1", program: pathToFileURL(`${home}/`), rules: [] });
    none.set("findings", ["a"], bytes("a"));
    none.close();
    expect(none.get("findings", ["a"])).toBeNull();
    expect(readdirSync(home)).toEqual([]);
  });

  test.runIf(process.platform === "linux").each<[NodeJS.ProcessEnv, string | null]>([
    [{ HOME: "/nest/a" }, "/nest/a/.cache/lockspan"],
    [{ HOME: "/nest/a", XDG_CACHE_HOME: "/kept/a" }, "/kept/a/lockspan"],
    [{ HOME: "/nest/a", XDG_CACHE_HOME: "var" }, "/nest/a/.cache/lockspan"],
    [{ HOME: "/nest/a", XDG_CACHE_HOME: "/kept/a", LOCKSPAN_CACHE: "/c" }, "/c"],
    [{ HOME: "/nest/a", LOCKSPAN_CACHE: "" }, "/nest/a/.cache/lockspan"],
    [{ HOME: "/nest/a", LOCKSPAN_CACHE: "off" }, null],
    [{ HOME: "" }, null],
  ])("its folder under %j", (env, folder) => {
    expect(cacheFolder(env)).toBe(folder);
  });

  test("a folder that hangs on where the program is started is refused", () => {
    expect(() => cacheFolder({ LOCKSPAN_CACHE: "here" })).toThrow(/LOCKSPAN_CACHE is "here"/);
  });
});
