/** What stands beside the code: the locks where the pointer is, and the ends of spans behind their lines. */
import type { AuditedDocument } from "./document-audits.ts";
import { endText, heldText } from "./lock-words.ts";
import { Places } from "./places.ts";
import { type Hover, type InlayHint, MarkupKind, type Range } from "./protocol.ts";

export function hoverAt(
  { placed, review, locks }: AuditedDocument,
  position: Range["start"],
  kind: MarkupKind,
): Hover | null {
  const { document, path } = placed;
  const view = locks.heldAt(path, document.offsetAt(position));
  const line = position.line + 1;
  const gap = review.gaps.find((one) => one.file === path && one.line <= line && line <= one.endLine);
  const said = [
    ...(view === null ? [] : [heldText(view)]),
    ...(gap === undefined ? [] : [`Not analysed: ${gap.why}`]),
  ].join("\n\n");
  if (said === "") return null;
  return { contents: { kind, value: kind === MarkupKind.Markdown ? said : said.replaceAll(/[*`]/g, "") } };
}

/** Those whose lines are shown. */
export function hintsOf({ placed, locks }: AuditedDocument, { start, end }: Range): InlayHint[] {
  const places = new Places(placed.document);
  const byLine = new Map<number, string[]>();
  for (const one of locks.spanEnds(placed.path)) {
    if (one.line <= start.line || one.line > end.line + 1) continue;
    const said = byLine.get(one.line) ?? [];
    const text = endText(one);
    byLine.set(one.line, said.includes(text) ? said : [...said, text]);
  }
  return [...byLine].map(([line, said]) => ({
    position: places.endOfLine(line),
    label: said.join("; "),
    paddingLeft: true,
  }));
}
