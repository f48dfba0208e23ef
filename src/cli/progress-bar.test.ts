import { describe, expect, test } from "vitest";
import { NO_BAR, progressBar, progressLine, withBar } from "./progress-bar.ts";

describe("the line", () => {
  // biome-ignore format: a table is read by its columns
  test.each([
    // done, left, seconds, since, width  line
    [30,  70,   6,    0,    80, "reviewing [######--------------] 30/100, 5.0/s, 14 s left"],
    [30,  70,   6,    24,   80, "reviewing [######--------------] 30/100, 1.0/s, 70 s left"],
    [2000, 98000, 10, 0,    80, "reviewing [--------------------] 2000/100000, 200/s, 9 min left"],
    [1,   9999, 10,   0,    80, "reviewing [--------------------] 1/10000, 0.1/s, 27.8 h left"],
    [0,   10,   1,    0,    80, "reviewing [--------------------] 0/10, 0.0/s"],
    [10,  0,    1,    0,    80, "reviewing [####################] 10/10, 10/s, 0 s left"],
    [200, null, 2,    0,    80, "reviewing 200, 100/s"],
    [30,  70,   6,    0,    20, "reviewing [######--"],
  ])("%i done, %s left after %i s", (done, left, seconds, since, width, line) => {
    expect(progressLine({ what: "reviewing", done, left }, { seconds, since, width })).toBe(line);
  });
});

describe("the bar", () => {
  function drawn(isTTY: boolean, isShown = true) {
    let text = "";
    let time = 0;
    const screen = { isTTY, columns: 80, write: (part: string) => (text += part) };
    const bar = progressBar(screen, { isShown, now: () => time });
    for (let done = 1; done <= 30; done += 1) {
      time += 100;
      bar.show({ what: "reading", done, left: 30 - done });
    }
    bar.above(() => screen.write("a line\n"));
    bar.clear();
    return text;
  }

  test("is drawn on a terminal when the work is long, and gives way to other lines", () => {
    const text = drawn(true);
    expect(text).not.toContain(" 5/30");
    expect(text).toMatch(/^\rreading \[#{4}-{16}\] 6\/30/);
    const wiped = "\r\u001b[K";
    const [before = "", after = ""] = text.split(`${wiped}a line\n`);
    expect(before).toContain(" 30/30");
    expect(after).toMatch(/^reading .* 30\/30, 10\/s, 0 s left/);
    expect(after.endsWith(wiped)).toBe(true);
  });

  test.each([
    ["pieces of one long work", true, 4],
    ["pieces that are short each", false, 0],
  ])("%s", (_, isOnePiece, lines) => {
    let text = "";
    let time = 0;
    const screen = { isTTY: true, columns: 80, write: (part: string) => (text += part) };
    const bar = progressBar(screen, { isShown: true, isOnePiece, now: () => time });
    for (let piece = 1; piece <= 8; piece += 1) {
      time += 100;
      bar.show({ what: `piece ${piece}`, done: 1, left: 1 });
    }
    expect(text.split("\r").filter((line) => line.startsWith("piece "))).toHaveLength(lines);
  });

  test("is gone when the work fails", async () => {
    const done: string[] = [];
    const bar = { ...NO_BAR, clear: () => done.push("cleared") };
    await expect(withBar(bar, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(done).toEqual(["cleared"]);
  });

  test.each([
    ["into a pipe", false, true],
    ["when quiet is asked for", true, false],
  ])("is not drawn %s", (_, isTTY, isShown) => {
    expect(drawn(isTTY, isShown)).toBe("a line\n");
  });
});
