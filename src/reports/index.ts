/** Reviews and driver models as text. May not send anything. */
export { renderJson } from "./json.ts";
export { renderLockDocuments } from "./lock-document.ts";
export { PERSONAL_CLOSING, renderMails } from "./mail.ts";
export { renderMbox } from "./mbox.ts";
export { renderModelText } from "./model.ts";
export { renderModelJson } from "./model-json.ts";
export { PLAIN_STYLE, type Style } from "./style.ts";
export { renderFindings, renderText } from "./text.ts";
