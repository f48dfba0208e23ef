/**
 * Pictures of pages, compared so that only what a person would see counts: each is made a quarter
 * as wide and as high before, since the edges of letters differ from one release of the browser to
 * the next, and where a part of the page stands, how large it is and what colour it has do not.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { PROJECT_ROOT } from "../project-root.ts";

const SCALE = 4;
/** How far a dot's colour may be off, of 1. */
const COLOUR = 0.12;
/** The share of dots that may be. */
const SHARE = 0.015;

const REFERENCES = path.join(PROJECT_ROOT, "fixtures/browser");
const REJECTED = path.join(PROJECT_ROOT, ".cache/browser");

/**
 * With `LOCKSPAN_ACCEPT` set, the picture is the reference from now on.
 *
 * @returns null where it is as the reference; else what is different, and where to look
 */
export function differenceFrom(name: string, screenshot: Uint8Array): string | null {
  const shown = reduced(PNG.sync.read(Buffer.from(screenshot)));
  const reference = path.join(REFERENCES, `${name}.png`);
  if (process.env["LOCKSPAN_ACCEPT"] !== undefined) {
    writeFileSync(reference, PNG.sync.write(shown));
    return null;
  }
  if (!existsSync(reference)) return rejected(name, shown, "there is no reference");
  const known = PNG.sync.read(readFileSync(reference));
  if (known.width !== shown.width || known.height !== shown.height)
    return rejected(name, shown, `${shown.width}x${shown.height} instead of ${known.width}x${known.height}`);
  const { width, height } = known;
  const difference = new PNG({ width, height });
  const dots = pixelmatch(known.data, shown.data, difference.data, width, height, { threshold: COLOUR });
  const share = dots / (width * height);
  if (share <= SHARE) return null;
  rejected(`${name}-difference`, difference, "");
  return rejected(name, shown, `${(share * 100).toFixed(1)} % of the picture differ`);
}

/** Each dot is the mean of those that it stands for. */
function reduced(picture: PNG): PNG {
  const width = Math.floor(picture.width / SCALE);
  const height = Math.floor(picture.height / SCALE);
  const small = new PNG({ width, height });
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      for (let channel = 0; channel < 4; channel += 1) {
        let sum = 0;
        for (let dy = 0; dy < SCALE; dy += 1)
          for (let dx = 0; dx < SCALE; dx += 1)
            sum += picture.data[((y * SCALE + dy) * picture.width + x * SCALE + dx) * 4 + channel] ?? 0;
        small.data[(y * width + x) * 4 + channel] = Math.round(sum / SCALE ** 2);
      }
    }
  }
  return small;
}

function rejected(name: string, picture: PNG, why: string): string {
  mkdirSync(REJECTED, { recursive: true });
  const file = path.join(REJECTED, `${name}.png`);
  writeFileSync(file, PNG.sync.write(picture));
  return `${why}: see ${path.relative(PROJECT_ROOT, file)}, and set LOCKSPAN_ACCEPT=1 if it is right`;
}
