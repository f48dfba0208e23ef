/** What the page does in a browser: with a mouse, with keys alone, without its script, on paper. */
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOW_TO_RUN_A_BROWSER, isBrowserAsked, type RunningBrowser, startChromium } from "./chromium.ts";
import { type Opened, opened } from "./opened.ts";
import { auditPage, modelPage, reviewPage } from "./sample-pages.ts";

const pages = { review: await reviewPage(), audit: await auditPage(), model: await modelPage() };
/** What has the focus, and how one sees it. */
const FOCUSED =
  '(({ activeElement: one }) => (one.className || one.tagName) + " " + getComputedStyle(one).outlineStyle)(document)';
const GROUND = "getComputedStyle(document.body).backgroundColor";
/** How many there are to see of each part. */
const SEEN = `["article.finding", "section.fn", ".facts tr", ".grid td", ".order svg", ".gaps li"].map(
  (each) => [...document.querySelectorAll(each)].filter((one) => one.checkVisibility()).length)`;
/** Where the old and the new side of the first lines are that become others. */
const SIDES = `(() => {
  const row = [...document.querySelectorAll(".row.diff")].find((one) => one.querySelector(".old .line") && one.querySelector(".new .line"));
  const [old, now] = [".old .t", ".new .t"].map((each) => row.querySelector(each).getBoundingClientRect());
  return { isBeside: old.left < now.left, isAbove: old.top < now.top };
})()`;
const CUT = `[...document.querySelectorAll(".scroll .code")].filter((one) => one.scrollWidth > one.clientWidth + 1).length`;

const kinds = ["review", "audit", "model"] as const;

describe.skipIf(!isBrowserAsked())(
  isBrowserAsked() ? "the page in a browser" : `the page in a browser: ${HOW_TO_RUN_A_BROWSER}`,
  () => {
    let running: RunningBrowser;
    beforeAll(async () => {
      running = await startChromium();
    });
    afterAll(async () => running?.close());

    type Looks = Parameters<typeof opened>[2];
    async function on<T>(
      kind: keyof typeof pages,
      looks: Looks,
      ask: (at: Opened) => Promise<T>,
    ): Promise<T> {
      const at = await opened(running.browser, pages[kind], looks);
      try {
        return await ask(at);
      } finally {
        await at.close();
      }
    }

    test.each(
      kinds.flatMap((kind) =>
        (["light", "dark"] as const).map((colorScheme) => [kind, colorScheme] as const),
      ),
    )("axe finds nothing wrong with the %s, %s", async (kind, colorScheme) => {
      const violations = await on(kind, { colorScheme }, async ({ page }) => {
        await page.evaluate(axe.source);
        const { violations: found } = await page.evaluate<AxeResults>("axe.run()");
        return found.map(
          ({ id, nodes }) =>
            `${id}: ${nodes
              .map(({ html }) => html)
              .slice(0, 3)
              .join(" ")}`,
        );
      });

      expect(violations).toEqual([]);
    });

    test.each(kinds)("the %s asks for nothing and is complained of by nobody", async (kind) => {
      await on(kind, {}, async ({ page, requests, complaints }) => {
        for (const key of ["j", "j", "k", "/"]) await page.keyboard.press(key);
        await page.locator("#theme").click();
        expect([requests, complaints]).toEqual([[], []]);
      });
    });

    test.each([
      ["review", 360],
      ["review", 768],
      ["review", 1280],
      ["review", 3840],
      ["audit", 360],
      ["audit", 3840],
      ["model", 360],
    ] as const)("the %s is never wider than a window of %i px", async (kind, width) => {
      const wide = await on(kind, { viewport: { width, height: 900 } }, ({ page }) =>
        page.evaluate("document.documentElement.scrollWidth"),
      );

      expect(wide).toBeLessThanOrEqual(width);
    });

    const focused = (page: Page) =>
      page.evaluate(
        'document.activeElement.getAttribute("aria-current") + " " + document.activeElement.textContent',
      );

    test("keys walk the steps, around both ends, and lead to the line", async () => {
      await on("review", {}, async ({ page }) => {
        await page.keyboard.press("j");
        const first = await focused(page);
        await page.keyboard.press("j");
        const second = await focused(page);
        await page.keyboard.press("ArrowDown");
        const third = await focused(page);
        for (const key of ["ArrowUp", "k", "k"]) await page.keyboard.press(key);
        const last = await focused(page);

        expect(first).toMatch(/^step step 1, smmu\.c:\d+$/);
        expect(second).toMatch(/^step step 2, smmu\.c:\d+$/);
        expect(third).toMatch(/^step step 3, smmu\.c:\d+$/);
        expect(last).toMatch(/^step step \d, smmu\.c:\d+$/);
        expect(await page.locator("[aria-current]").count()).toBe(1);

        await page.keyboard.press("j");
        await page.keyboard.press("Enter");
        expect(await page.locator(".line:target").textContent()).toContain(
          "spin_lock(&arm_smmu_devices_lock);",
        );
        expect(await page.locator(".line:target").isVisible()).toBe(true);
      });
    });

    test("every part can be reached by the tabulator, and one sees where one is", async () => {
      await on("review", {}, async ({ page }) => {
        const reached = new Set<string>();
        for (let at = 0; at < 400; at += 1) {
          await page.keyboard.press("Tab");
          const here = await page.evaluate<string>(FOCUSED);
          if (here.startsWith("BODY")) break;
          reached.add(here);
        }

        expect([...reached].filter((each) => !each.endsWith(" solid"))).toEqual([]);
        for (const part of ["step solid", "scroll solid", "self solid", "INPUT solid", "BUTTON solid"])
          expect([...reached]).toContain(part);
      });
    });

    test("the filter leaves what contains its words, and says how much", async () => {
      await on("audit", {}, async ({ page }) => {
        await page.keyboard.press("/");
        await page.keyboard.type("DEPART(");
        const left = await page.locator("section.fn:visible h3").allTextContents();
        const said = await page.locator("#shown").textContent();
        const findings = await page.locator("article.finding:visible h3").allTextContents();

        expect(left).toEqual([expect.stringContaining("depart()")]);
        expect(findings).not.toEqual([]);
        expect(said).toMatch(/^\d+ of \d+ findings, 1 of \d+ functions, \d+ of \d+ rows$/);

        await page.locator("#filter").fill("");
        expect(await page.locator("article.finding:visible").count()).toBeGreaterThan(findings.length);
        expect(await page.locator("#shown").textContent()).toBe("");
      });
    });

    test("a table is sorted by its heads, numbers as numbers, and says so", async () => {
      await on("audit", {}, async ({ page }) => {
        const table = page.locator("#accesses table");
        const head = table.locator("th").first();
        const column = async () => {
          const cells = await table.locator("tbody tr td:first-child").allTextContents();
          return cells.map((cell) => Number(/:(\d+)$/.exec(cell)?.[1]));
        };
        const upwards = [...(await column())].sort((left, right) => left - right);

        await head.getByRole("button").click();
        expect(await head.getAttribute("aria-sort")).toBe("ascending");
        expect(await column()).toEqual(upwards);

        await head.getByRole("button").press("Enter");
        expect(await head.getAttribute("aria-sort")).toBe("descending");
        expect(await column()).toEqual([...upwards].reverse());
      });
    });

    test("the theme is a choice, and is kept", async () => {
      await on("review", { colorScheme: "light" }, async ({ page }) => {
        const ground = () => page.evaluate<string>(GROUND);
        const grounds = [await ground()];
        for (let at = 0; at < 3; at += 1) {
          await page.locator("#theme").click();
          grounds.push(await ground());
        }
        const [auto, light, dark, again] = grounds;

        expect(light).toBe(auto);
        expect(again).toBe(auto);
        expect(dark).not.toBe(light);

        await page.locator("#theme").click();
        await page.locator("#theme").click();
        await page.reload();
        expect(await ground()).toBe(dark);
        expect(await page.locator("#theme").textContent()).toBe("Theme: dark");
      });
    });

    test("a link to a finding shows it", async () => {
      const id = /id="(LD-[0-9a-f]{8})"/.exec(pages.review)?.[1] ?? "";
      await on("review", { place: `#${id}` }, async ({ page }) => {
        const finding = page.locator(`#${id}`);

        expect(await finding.evaluate((one) => one.matches(":target"))).toBe(true);
        expect(await finding.getAttribute("aria-labelledby")).toBe(`${id}-says`);
        await page.evaluate("scrollTo(0, 0)");
        await page.locator(".self").first().click();
        const box = await finding.boundingBox();
        const bar = await page.locator(".bar").boundingBox();
        expect(box?.y).toBeGreaterThanOrEqual(bar?.height ?? 0);
        expect(box?.y).toBeLessThan(900);
      });
    });

    test.each(kinds)(
      "without its script the %s is whole, and offers nothing that would not work",
      async (kind) => {
        const seen = (page: Page) => page.evaluate<number[]>(SEEN);
        const whole = await on(kind, {}, ({ page }) => seen(page));
        const bare = await on(kind, { javaScriptEnabled: false }, async ({ page }) => ({
          seen: await seen(page),
          tools: await page.locator("#tools").isVisible(),
          buttons: await page.locator("button:visible").count(),
        }));

        expect(bare).toEqual({ seen: whole, tools: false, buttons: 0 });
      },
    );

    test("before and after stand side by side where there is room, and below each other where there is none", async () => {
      const placesAt = (width: number) =>
        on("review", { viewport: { width, height: 900 } }, ({ page }) => page.evaluate(SIDES));

      expect(await placesAt(1440)).toEqual({ isBeside: true, isAbove: false });
      expect(await placesAt(600)).toEqual({ isBeside: false, isAbove: true });
    });

    test("on paper there are no tools, and nothing is cut off", async () => {
      await on("review", { viewport: { width: 760, height: 1000 } }, async ({ page }) => {
        await page.emulateMedia({ media: "print" });
        const cut = await page.evaluate(CUT);
        const paper = await page.pdf({ format: "A4" });

        expect(await page.locator(".bar").isVisible()).toBe(false);
        expect(cut).toBe(0);
        expect(paper.subarray(0, 5).toString()).toBe("%PDF-");
      });
    });

    test("nothing moves for those who want it so", async () => {
      const scrolling = (reducedMotion: "reduce" | "no-preference") =>
        on("review", { reducedMotion }, ({ page }) =>
          page.evaluate("getComputedStyle(document.documentElement).scrollBehavior"),
        );

      expect(await scrolling("reduce")).toBe("auto");
      expect(await scrolling("no-preference")).toBe("smooth");
    });
  },
);
