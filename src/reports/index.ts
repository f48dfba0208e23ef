/** Reviews and driver models as text. May not send anything. */
export { findingComment } from "./github-comment.ts";
export { fixedBody, readMark, summaryMark } from "./github-mark.ts";
export { commentPlace, shownHunks, suggestionPlace } from "./github-place.ts";
export { byWeight, jobPage, type SummaryFacts, summaryComment, verdictOf } from "./github-summary.ts";
export { githubWords, type LinkTargets } from "./github-text.ts";
export { renderJson } from "./json.ts";
export { renderLockDocuments } from "./lock-document.ts";
export { type ListReply, type MailOptions, PERSONAL_CLOSING, renderMail, renderMails } from "./mail.ts";
export type { NumberedHunk } from "./mail-anchor.ts";
export { addressHeader, isMessageId, parseMailbox, textHeader, tokenHeader } from "./mail-header.ts";
export { renderMbox } from "./mbox.ts";
export { renderModelText } from "./model.ts";
export { renderModelJson } from "./model-json.ts";
export { renderModelPage, renderPage } from "./page.ts";
export { renderSarif } from "./sarif.ts";
export { PLAIN_STYLE, type Style } from "./style.ts";
export { renderFindings, renderText } from "./text.ts";
export { annotations, command, logLines } from "./workflow-commands.ts";
