/**
 * `npm run pictures`: the pictures of the README, of the demonstration's patch and nothing else, so
 * that anybody can make them again. It needs Debian's chromium and fonts-dejavu-core.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { startChromium } from "../testing/browser/chromium.ts";
import { opened } from "../testing/browser/opened.ts";
import { reviewPage } from "../testing/browser/sample-pages.ts";
import { PROJECT_ROOT } from "../testing/project-root.ts";

const FOLDER = path.join(PROJECT_ROOT, ".github/pictures");
const WIDTH = 1180;

mkdirSync(FOLDER, { recursive: true });
const { browser, close } = await startChromium();
try {
  const html = await reviewPage();
  for (const [name, colorScheme, shoot] of [
    ["finding", "light", finding],
    ["before-and-after", "dark", beforeAndAfter],
  ] as const) {
    const looks = { viewport: { width: WIDTH, height: 1400 }, colorScheme };
    const at = await opened(browser, html, looks);
    const file = path.join(FOLDER, `${name}.png`);
    await shoot(at.page, file);
    await at.close();
    console.log(path.relative(PROJECT_ROOT, file));
  }
} finally {
  await close();
}

async function finding(page: Page, file: string): Promise<void> {
  await page.locator("article.finding").first().screenshot({ path: file });
}

async function beforeAndAfter(page: Page, file: string): Promise<void> {
  const changed = page.locator("section.fn", { has: page.locator(".place") });
  await changed.first().screenshot({ path: file });
}
