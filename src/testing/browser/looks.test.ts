/** How the page looks in five states, against pictures that somebody has looked at. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOW_TO_RUN_A_BROWSER, isBrowserAsked, type RunningBrowser, startChromium } from "./chromium.ts";
import { opened } from "./opened.ts";
import { differenceFrom } from "./picture.ts";
import { auditPage, reviewPage } from "./sample-pages.ts";

const LARGE = { width: 1280, height: 900 };

// biome-ignore format: a table is read by its columns
const STATES = [
  // name            page         part      looks
  ["light",          reviewPage,  "body",   { viewport: LARGE, colorScheme: "light" }],
  ["dark",           reviewPage,  "#code",  { viewport: { width: 1440, height: 1000 }, colorScheme: "dark" }],
  ["narrow",         auditPage,   "#code",  { viewport: { width: 360, height: 1000 }, colorScheme: "light" }],
  ["order",          auditPage,   "#order", { viewport: LARGE, colorScheme: "light" }],
  ["high-contrast",  auditPage,   "#ways",  { viewport: LARGE, colorScheme: "dark", forcedColors: "active" }],
] as const;

describe.skipIf(!isBrowserAsked())(
  isBrowserAsked() ? "the looks of the page" : `the looks of the page: ${HOW_TO_RUN_A_BROWSER}`,
  () => {
    let running: RunningBrowser;
    beforeAll(async () => {
      running = await startChromium();
    });
    afterAll(async () => running?.close());

    test.each(STATES)("%s", async (name, pageOf, part, looks) => {
      const { page, close } = await opened(running.browser, await pageOf(), looks);
      try {
        await page.evaluate(`document.querySelector("${part}").scrollIntoView()`);
        expect(differenceFrom(name, await page.screenshot())).toBeNull();
      } finally {
        await close();
      }
    });
  },
);
