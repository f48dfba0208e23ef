/** A page in a browser, with what it does that it must not: requests, messages, errors. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface Opened {
  readonly page: Page;
  /** Addresses that it asked for, its own left out. */
  readonly requests: string[];
  /** What the browser complained of. */
  readonly complaints: string[];
  readonly close: () => Promise<void>;
}

export async function opened(
  browser: Browser,
  html: string,
  options: BrowserContextOptions & { readonly place?: string } = {},
): Promise<Opened> {
  const { place = "", ...looks } = options;
  const folder = mkdtempSync(path.join(tmpdir(), "lockspan-page-"));
  const file = path.join(folder, "report.html");
  writeFileSync(file, html);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: "reduce",
    ...looks,
  });
  const page = await context.newPage();
  const own = pathToFileURL(file).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== own) requests.push(request.url());
  });
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${own}${place}`);
  return {
    page,
    requests,
    complaints,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
