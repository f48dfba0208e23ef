/**
 * How long the page of the real driver takes to open in Chromium: from the navigation until everything
 * is laid out and painted; beside it, in turn, an empty page, which is what the browser itself takes.
 * The page is made by the built program.
 *
 * It needs Debian's chromium and fonts-dejavu-core, as the tests of the page do.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { startChromium } from "../testing/browser/chromium.ts";
import { opened } from "../testing/browser/opened.ts";
import { findXenTree, HOW_TO_GET_XEN, SMMU } from "../testing/xen/xen-tree.ts";
import { summarise } from "./statistics.ts";

const rounds = Number(process.env["ROUNDS"] ?? 11);
const EMPTY = '<!doctype html><html lang="en"><title>empty</title><p>empty</p></html>';

export async function runPageBench(root: string): Promise<void> {
  const tree = findXenTree(root);
  if (tree === null) {
    console.log(HOW_TO_GET_XEN);
    return;
  }
  const html = pageOf(root, tree);
  const running = await startChromium();
  const times: Record<"empty" | "driver", number[]> = { empty: [], driver: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      times.empty.push(await open(running.browser, EMPTY));
      times.driver.push(await open(running.browser, html));
    }
  } finally {
    await running.close();
  }
  const kilobytes = (Buffer.byteLength(html) / 1000).toFixed(0);
  console.log(`\nthe page of ${SMMU}, ${kilobytes} kB, opened ${rounds} times; milliseconds`);
  console.log(row(["", "min", "median", "max"]));
  for (const [name, own] of Object.entries(times)) {
    const { min, median, max } = summarise(own);
    console.log(row([name, ...[min, median, max].map((time) => time.toFixed(0))]));
  }
}

function pageOf(root: string, tree: string): string {
  const folder = path.join(root, ".cache/bench-page");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "smmu.html");
  const program = path.join(root, "dist/lockspan.js");
  const args = [
    program,
    "audit",
    SMMU,
    "--tree",
    tree,
    "--format",
    "html",
    "--output",
    file,
    "--fail-on",
    "never",
  ];
  execFileSync(process.execPath, args, { cwd: tree, stdio: ["ignore", "ignore", "inherit"] });
  return readFileSync(file, "utf8");
}

// As text: it runs in the browser. The second frame begins when the first one was painted.
const PAINTED =
  "new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(() => painted(performance.now()))))";

/** Each time in a context of its own, which has nothing in its cache. @returns milliseconds */
async function open(browser: Browser, html: string): Promise<number> {
  const { page, close } = await opened(browser, html);
  const whole = Number(await page.evaluate(PAINTED));
  await close();
  return whole;
}

function row([name = "", ...rest]: readonly string[]): string {
  return name.padEnd(10) + rest.map((cell) => cell.padStart(12)).join("");
}
