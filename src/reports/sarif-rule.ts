/** A check as a SARIF rule, with its page as the help. */
import type { CheckId, Severity } from "../findings/index.ts";

interface RuleOptions {
  readonly home: string | null;
  readonly pages: ReadonlyMap<string, string>;
}

export function ruleOf(check: CheckId, { home, pages }: RuleOptions) {
  const page = pages.get(check) ?? `# ${check}\n`;
  const [summary = check] = page.replace(/^# .*\n+/, "").split("\n\n");
  const text = summary.replace(/\s+/g, " ").trim() || check;
  const level = LEVELS[check];
  return {
    id: check,
    name: nameOf(check),
    shortDescription: { text },
    fullDescription: { text: paragraphOf(page, "Why it matters") ?? text },
    help: { text: plainHelp(page), markdown: page },
    ...(home === null ? {} : { helpUri: `${home}/blob/HEAD/rules/checks/${check}.md` }),
    defaultConfiguration: { level },
    properties: {
      tags: ["concurrency", "locking"],
      precision: "high",
      "problem.severity": level === "note" ? "recommendation" : level,
    },
  };
}

/** What the check says by itself; a single result may say less. */
const LEVELS: Readonly<Record<CheckId, Severity>> = {
  "guarded-access": "error",
  "caller-must-hold": "error",
  "early-unlock": "error",
  "stale-reference": "error",
  escape: "warning",
  "lock-leak": "error",
  "double-lock": "error",
  "unlock-not-held": "error",
  "check-then-act": "warning",
  "irq-unsafe": "error",
  "alloc-irq-off": "error",
  "lock-contract-change": "warning",
  "lock-order": "error",
  "new-nesting": "note",
};

/** A name that is only the id in other letters is none (SARIF, 3.49.7). */
function nameOf(check: CheckId): string {
  const words = check.split("-");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return words.length > 1 ? name : `Pointer${name}`;
}

function paragraphOf(page: string, title: string): string | null {
  const [, text] = new RegExp(`^## ${title}\\n+([\\s\\S]*?)(?:\\n\\n|$)`, "m").exec(page) ?? [];
  return text === undefined ? null : text.replace(/\s+/g, " ").trim();
}

/** The page without its marks, for readers that show no Markdown. */
function plainHelp(page: string): string {
  return page
    .replace(/^```.*\n/gm, "")
    .replace(/^#+ /gm, "")
    .replaceAll("`", "")
    .trim();
}
