/** Mails for the bot's tests: our own patch with other headers, and what people write around it. */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { RawMail } from "../../review/index.ts";
import { PROJECT_ROOT } from "../project-root.ts";

export const DEMO_TREE = path.join(PROJECT_ROOT, "fixtures/demo/tree");
export const LIST_ID = "xen-devel.lists.example.org";

const DEMO = readFileSync(path.join(PROJECT_ROOT, "fixtures/demo/protect-masters.patch"), "utf8");
const PATCH_BODY = DEMO.slice(DEMO.indexOf("\n\n") + 2);
/** Adds a comment line, which changes no lock. */
const HARMLESS_BODY = `A word.

Signed-off-by: Ada Example <ada@example.org>
---
--- a/xen/README
+++ b/xen/README
@@ -0,0 +1 @@
+Read me.
`;

export interface MailParts {
  readonly id: string;
  readonly subject?: string;
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Null: no List-Id, as a direct copy. */
  readonly list?: string | null;
  readonly at?: Date;
}

/** A mail as it comes over the list; without a body it brings the demonstration's findings. */
export function mailOf(parts: MailParts): RawMail {
  const { id, at = new Date("2026-11-20T12:00:00Z") } = parts;
  const list = parts.list === undefined ? LIST_ID : parts.list;
  const fields: Record<string, string> = {
    From: parts.from ?? "Ada Example <ada@example.org>",
    To: "xen-devel@lists.example.org",
    Subject: parts.subject ?? "[PATCH] arm/smmu: protect the tree of masters with a lock",
    Date: at.toUTCString(),
    "Message-ID": `<${id}>`,
    ...(list === null ? {} : { "List-Id": `Xen developers <${list}>` }),
    ...parts.headers,
  };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return { bytes: Buffer.from(`${head.join("\n")}\n\n${parts.body ?? PATCH_BODY}`), receivedAt: at };
}

export const PATCH = PATCH_BODY;
export const HARMLESS = HARMLESS_BODY;
