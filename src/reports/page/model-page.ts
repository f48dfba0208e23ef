/** The driver model of whole files as a page: every function with locks, and the tables. */
import type { Highlighter } from "../../c/index.ts";
import type { DriverReport, SourceLookup } from "../../review/index.ts";
import { countOf } from "../wording.ts";
import { Anchors } from "./anchors.ts";
import { CodeBook } from "./code-book.ts";
import { codeView, leftOut } from "./code-view.ts";
import { contentsBar } from "./contents.ts";
import { documentOf, filesTitle } from "./document.ts";
import { FileNames } from "./file-names.ts";
import { functionIndex, type ShownFunction } from "./functions.ts";
import { laneKey } from "./lane-marks.ts";
import { html } from "./markup.ts";
import type { Version } from "./matter.ts";
import { filesOfModel, footerOf } from "./page-parts.ts";
import { gapList, modelHeadings, modelSections } from "./tables.ts";
import { viewsOfModel, withinRoom } from "./views.ts";

export interface ModelMatter {
  readonly model: DriverReport;
  readonly sources: SourceLookup;
  readonly highlighter: Highlighter;
  readonly profile: string;
  /** Of the program. */
  readonly version: string;
}

export function modelPageOf(matter: ModelMatter): string {
  const { model, profile } = matter;
  const version: Version = { side: "new", patch: null };
  const anchors = new Anchors();
  const files = new FileNames([...model.files, ...filesOfModel(model)]);
  const book = new CodeBook({ ...matter, models: () => model });
  const parts = { anchors, files, book };
  const views = withinRoom([], viewsOfModel(model, version));
  const functions = views.shown.map((view): ShownFunction => {
    const setting = { ...parts, remarksAt: () => [], isAdded: () => false, isPatch: false };
    const anchor = anchors.line(version, view.file, view.from);
    return { view, anchor, markup: codeView(view, setting), findings: 0 };
  });
  const title = filesTitle(model.files);
  return documentOf(
    title,
    html`<header><p class="brand">lockspan model</p><h1>${title}</h1><p class="verdict">${countOf(model.locks.length, "lock")}, ${countOf(model.functions.length, "function")} with locks or guarded accesses.</p></header>
${contentsBar(
  [
    ["code", "Code", functions.length],
    ...modelHeadings(model),
    ["unread", "Not analysed", model.gaps.length],
  ],
  "functions and rows",
)}<main><section id="code"><h2>Code and locks</h2>${laneKey()}${functionIndex(functions)}
${functions.map(({ markup }) => markup)}${leftOut(views.leftOut)}</section>
${modelSections(model, version, parts)}<section id="unread"><h2>What was not analysed</h2>${gapList(model.gaps, files)}</section></main>
${footerOf(matter.version, profile, files)}`,
  );
}
