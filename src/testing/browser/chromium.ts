/**
 * Debian's Chromium, without a window. It renders with one family of fonts alone and without
 * what depends on the screen, so that the same page has the same picture on every machine.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";

const FONTS = "/usr/share/fonts/truetype/dejavu";

/** What the title of a test says that a browser is left out of. */
export const HOW_TO_RUN_A_BROWSER =
  "skipped: set LOCKSPAN_BROWSER=1 with chromium and fonts-dejavu-core installed";

export function isBrowserAsked(): boolean {
  return process.env["LOCKSPAN_BROWSER"] !== undefined;
}

export interface RunningBrowser {
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** @throws {Error} where the browser or its fonts are not installed */
export async function startChromium(): Promise<RunningBrowser> {
  const executablePath = process.env["LOCKSPAN_CHROMIUM"] ?? "/usr/bin/chromium";
  for (const needed of [executablePath, FONTS])
    if (!existsSync(needed))
      throw new Error(`${needed} is not there: install chromium and fonts-dejavu-core`);
  const folder = mkdtempSync(path.join(tmpdir(), "lockspan-browser-"));
  const fonts = path.join(folder, "fonts.conf");
  writeFileSync(fonts, fontsFile(folder));
  const browser = await chromium.launch({
    executablePath,
    args: [
      // CI runs as root, which Chromium's own sandbox refuses.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-lcd-text",
      "--font-render-hinting=none",
      "--force-color-profile=srgb",
      "--hide-scrollbars",
    ],
    env: { ...definedEnv(), FONTCONFIG_FILE: fonts },
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whatever else is installed and set up: sans serif letters where no family is named. */
function fontsFile(cache: string): string {
  const sans = '<edit name="family" mode="append" binding="weak"><string>DejaVu Sans</string></edit>';
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${FONTS}</dir><cachedir>${cache}</cachedir><match target="pattern">${sans}</match></fontconfig>\n`;
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
