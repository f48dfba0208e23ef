/** A rule as a page for people, in Markdown. */
import { formatLockName } from "../drivers/index.ts";
import type { GlobalGuard, Guard, Rule } from "./rule.ts";

/** @returns the page, with a line end */
export function rulePage(rule: Rule): string {
  const parts = [
    `# ${rule.id}`,
    `${rule.title}${rule.consequence === undefined ? "." : `: ${rule.consequence}.`}`,
    `In force under ${rule.profiles.join(", ")}.`,
    "## What it guards",
    [...(rule.globals ?? []).map(globalLine), ...rule.guards.map(guardLine)].join("\n"),
    "## Why it matters",
    rule.why.trim(),
    "## How to mend it",
    rule.fix.trim(),
    "## How to silence it",
    SILENCE,
    "## Where it is shown",
    rule.sources.map(({ ref, shows }) => `- ${ref}: ${shows}`).join("\n"),
    "## Reports",
    codeBlock(rule.examples.reports),
    "## Accepts",
    codeBlock(rule.examples.accepts),
  ];
  return `${parts.join("\n\n")}\n`;
}

const SILENCE = `Where the rule is wrong, put one of the same id into a folder of your own and give it with \`--rules\`: it takes this
one's place. Where one place is right all the same, a comment beside it says so, with the check's name and the reason:
\`/* lockspan: ignore guarded-access: why it is right */\`.`;

function globalLine(guard: GlobalGuard): string {
  return `- ${guard.global}: ${lockWords(guard)}`;
}

function guardLine(guard: Guard): string {
  const fields = guard.fields === "all" ? "all of it" : guard.fields.join(", ");
  const free = [
    ...guard.constant.map((field) => `${field} never changes`),
    ...guard.lockFree.map((field) => `${field} is atomic`),
  ];
  return `- struct ${guard.struct}, ${fields}: ${[lockWords(guard), ...free].join("; ")}`;
}

function lockWords(guard: Pick<Guard, "lock" | "read" | "alternatives" | "bySubsystem">): string {
  const { lock, read, alternatives, bySubsystem = [] } = guard;
  const own = bySubsystem.map(
    (each) => ` or ${formatLockName(each.lock)} for callers from ${each.subsystem}`,
  );
  const others = [...alternatives.map((other) => ` or ${formatLockName(other)}`), ...own].join("");
  return `${formatLockName(lock)}${read === "shared" ? " (shared is enough to read)" : ""}${others}`;
}

function codeBlock(code: string): string {
  return `\`\`\`c\n${code.trim()}\n\`\`\``;
}
