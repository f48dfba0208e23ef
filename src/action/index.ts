/** The GitHub Action: one run for one pull request. May not analyse. */
export { readInputs } from "./inputs.ts";
export { REPORT_KINDS } from "./report-kinds.ts";
export { startAction } from "./start.ts";
