/** `lockspan watch`: one screen that follows what is saved, on a terminal and without one. */
import { EventEmitter } from "node:events";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PLAIN_STYLE } from "../../reports/index.ts";
import { fixturePacks } from "../../testing/fixture-files.ts";
import { parseCommandLine } from "../options.ts";
import { NO_BAR } from "../progress-bar.ts";
import { watchScreen } from "../watch-screen.ts";
import { runWatch } from "./watch.ts";

const LEAKS = [
  "static DEFINE_SPINLOCK(L);",
  "int f(int n)",
  "{",
  "    spin_lock(&L);",
  "    if ( n )",
  "        return n;",
  "    spin_unlock(&L);",
  "    return 0;",
  "}",
  "",
].join("\n");
const RIGHT = LEAKS.replace("    if ( n )\n        return n;\n", "");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lockspan-watch-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A terminal that keeps what it is sent. */
class Terminal {
  readonly input = Object.assign(new EventEmitter(), {
    isTTY: true,
    isRaw: false,
    setRawMode(this: { isRaw: boolean }, isRaw: boolean) {
      this.isRaw = isRaw;
    },
    resume() {},
    pause() {},
  });
  readonly output: EventEmitter & {
    isTTY: boolean;
    columns: number;
    rows: number;
    write: (text: string) => void;
  };
  screen = "";
  everything = "";
  readonly now = () => new Date(2026, 10, 27, 10, 31, 2);
  #waiting: (() => void)[] = [];

  constructor(isTTY: boolean) {
    const write = (text: string) => {
      this.screen = stripVTControlCharacters(text);
      this.everything += text;
      for (const done of this.#waiting.splice(0)) done();
    };
    this.output = Object.assign(new EventEmitter(), { isTTY, columns: 80, rows: 24, write });
  }

  /** The test's own time limit is the limit. */
  async until(words: string): Promise<void> {
    while (!this.screen.includes(words)) await new Promise<void>((done) => this.#waiting.push(done));
  }
}

function start(terminal: Terminal, ...names: string[]): Promise<0> {
  const invocation = parseCommandLine([
    "watch",
    ...names.map((name) => path.join(folder, name)),
    "--tree",
    folder,
  ]);
  if (invocation.kind !== "run") throw new Error("these words start no command");
  const around = {
    env: {},
    version: "0",
    auditWorker: new URL("file:nowhere"),
    packs: () => fixturePacks(null),
    cache: () => Promise.reject(new Error("a watch keeps its results itself")),
    pages: async () => new Map(),
    highlights: async () => "",
    style: () => PLAIN_STYLE,
    progress: () => NO_BAR,
  };
  return runWatch(invocation.options, around, terminal as unknown as Parameters<typeof runWatch>[2]);
}

const put = (name: string, text: string) => writeFileSync(path.join(folder, name), text);

describe("on a terminal", () => {
  test.each([
    ["in place", (text: string) => put("a.c", text)],
    [
      "by a new file under the old name",
      (text: string) => {
        put("a.c.new", text);
        renameSync(path.join(folder, "a.c.new"), path.join(folder, "a.c"));
      },
    ],
  ])("a save %s is looked at, and the next one too", async (_how, save) => {
    put("a.c", RIGHT);
    const terminal = new Terminal(true);
    const ended = start(terminal, "a.c");
    await terminal.until("no finding (1 file, 1 function, profile approach-b); q quits");
    expect(terminal.screen).toMatch(/^lockspan watch .*a\.c: 10:31:02, \d\.\d\d s\r\n/);
    expect(terminal.input.isRaw).toBe(true);
    save(LEAKS);
    await terminal.until("error[lock-leak]");
    save(RIGHT);
    await terminal.until("no finding");
    terminal.input.emit("data", "q");
    expect(await ended).toBe(0);
    expect(terminal.input.isRaw).toBe(false);
  });

  test("a file that goes is told, and one that comes back is looked at", async () => {
    put("a.c", RIGHT);
    const terminal = new Terminal(true);
    const ended = start(terminal, "a.c");
    await terminal.until("no finding");
    rmSync(path.join(folder, "a.c"));
    await terminal.until("a.c: there is no such file or folder");
    put("a.c", LEAKS);
    await terminal.until("lock-leak");
    terminal.input.emit("data", "\u0003");
    expect(await ended).toBe(0);
  });

  test("a key looks again, and a new size is drawn", async () => {
    put("a.c", LEAKS);
    const terminal = new Terminal(true);
    const ended = start(terminal, "a.c");
    await terminal.until("lock-leak");
    terminal.screen = "";
    terminal.input.emit("data", " ");
    await terminal.until("lock-leak");
    Object.assign(terminal.output, { columns: 40, rows: 10 });
    terminal.output.emit("resize");
    expect(terminal.screen.split("\r\n").length).toBeLessThanOrEqual(10);
    terminal.input.emit("data", "q");
    await ended;
  });
});

test("without a terminal there is a line for each finding, and nothing is cleared", async () => {
  put("a.c", LEAKS);
  const terminal = new Terminal(false);
  const ended = start(terminal, ".");
  await terminal.until("1 error");
  put("b.c", LEAKS.replaceAll("L", "M").replace("f(", "g("));
  await terminal.until("2 errors");
  process.emit("SIGTERM");
  expect(await ended).toBe(0);
  expect(terminal.everything).not.toContain("\u001b");
  expect(terminal.everything.split("\n")[0]).toBe("a.c:6:9: error[lock-leak]: f() returns here with L held");
});

test("what is not there from the start is a failure", async () => {
  await expect(start(new Terminal(true), "nothing.c")).rejects.toThrow("there is no such file or folder");
});

describe("watchScreen", () => {
  const state = { names: ["a.c"], verdict: "9 errors", time: "10:31:02", seconds: 0.1 };

  test.each([
    [80, 24],
    [40, 10],
    [20, 5],
  ])("%i columns, %i rows hold all that is shown", (columns, rows) => {
    const report = Array.from({ length: 60 }, (_, at) => `${"x".repeat(at * 3)} line ${at}`).join("\n");
    const drawn = stripVTControlCharacters(watchScreen({ ...state, report }, { columns, rows })).split(
      "\r\n",
    );
    const height = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    expect(height).toBeLessThanOrEqual(rows);
    expect(drawn[0]).toContain("lockspan watch");
  });
});
