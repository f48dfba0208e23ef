/** The driver model of whole files as a page: every function with locks, and the tables. */
import type { DriverReport, SourceLookup } from "../../review/index.ts";
import { linesOf } from "../source-lines.ts";
import { countOf } from "../wording.ts";
import { codeView, laneKey, leftOut } from "./code-view.ts";
import { documentOf, filesTitle } from "./document.ts";
import { html } from "./markup.ts";
import { Anchors, type Version } from "./matter.ts";
import { gapList, modelTables } from "./tables.ts";
import { viewsOfModel, withinRoom } from "./views.ts";

export interface ModelMatter {
  readonly model: DriverReport;
  readonly sources: SourceLookup;
  readonly profile: string;
  /** Of the program. */
  readonly version: string;
}

export function modelPageOf({ model, sources, profile, version: program }: ModelMatter): string {
  const anchors = new Anchors();
  const version: Version = { side: "new", patch: null };
  const lines = linesOf(sources);
  const views = withinRoom([], viewsOfModel(model, version));
  const code = views.shown.map((view) =>
    codeView(view, {
      anchors,
      lines: lines(view.file, "new", null) ?? [],
      remarksAt: () => [],
      isAdded: () => false,
      removedAt: () => [],
      isPatch: false,
    }),
  );
  const title = filesTitle(model.files);
  return documentOf(
    title,
    html`<header><h1>${title}</h1><p class="verdict">${countOf(model.locks.length, "lock")}, ${countOf(model.functions.length, "function")} with locks or guarded accesses.</p>
<nav aria-label="Parts of this page"><a href="#code">Code and locks</a> <a href="#tables">Tables</a> <a href="#unread">What was not analysed</a></nav></header>
<main><section id="code"><h2>Code and locks</h2>${laneKey()}
${code}${leftOut(views.leftOut)}</section>
<section id="tables"><h2>Tables</h2>${modelTables(model, version, anchors)}</section>
<section id="unread"><h2>What was not analysed</h2>${gapList(model.gaps)}</section></main>
<footer><p>lockspan ${program}, profile ${profile}.</p></footer>`,
  );
}
