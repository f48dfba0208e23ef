/** The door to the HTML page: few reports are one, so it is loaded when it is asked for. */
import type { HistoryMatter } from "./page/history-page.ts";
import type { PageMatter } from "./page/matter.ts";
import type { ModelMatter } from "./page/model-page.ts";

export async function renderPage(matter: PageMatter): Promise<string> {
  const { pageOf } = await import("./page/page.ts");
  return pageOf(matter);
}

export async function renderModelPage(matter: ModelMatter): Promise<string> {
  const { modelPageOf } = await import("./page/page.ts");
  return modelPageOf(matter);
}

export async function renderHistoryPage(matter: HistoryMatter): Promise<string> {
  const { historyPageOf } = await import("./page/page.ts");
  return historyPageOf(matter);
}
