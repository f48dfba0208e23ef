/** What is said of locks beside the code: at a place that is pointed at, and behind the ends of spans. */
import type { HeldView, SpanEnd, ViewedLock } from "../review/index.ts";

/** @returns Markdown, one line a lock */
export function heldText({ function: name, held, isQuiet, takes, releases, requires }: HeldView): string {
  const here = held.length === 0 ? "No lock is held here" : "Locks held here";
  return [
    `**${here}**, in \`${name}()\``,
    ...held.map((lock) => `- ${heldLine(lock)}`),
    ...(isQuiet ? ["- interrupts are off"] : []),
    ...takes.map((lock) => `- \`${lock}\` is taken here`),
    ...releases.map((lock) => `- \`${lock}\` is released here`),
    ...(requires.length === 0
      ? []
      : ["", `Callers must hold ${requires.map((lock) => `\`${lock}\``).join(", ")}`]),
  ].join("\n");
}

function heldLine({ lock, mode, kind, how, since }: ViewedLock): string {
  const where = kind === "must" ? "on every path" : "on some paths only";
  const lines = since.map(String);
  const taken = `${how === "acquired" ? "taken" : how} in line ${lines.join(" or ")}`;
  return [
    `\`${lock}\`${mode === "shared" ? " (shared)" : ""}: ${where}`,
    ...(lines.length > 0 ? [taken] : []),
  ].join(", ");
}

/** Short: it stands behind the code. */
export function endText({ lock, mode, from, kind, what }: SpanEnd): string {
  const name = mode === "shared" ? `${lock} (shared)` : lock;
  const since = from === null ? "held since entry" : `held since line ${from}`;
  const some = kind === "may" ? " on some paths" : "";
  return what === "released" ? `${name} ${since}${some}` : `left with ${name}, ${since}${some}`;
}
