/** The GitHub Action: one run for one pull request. May not analyse. */
export { startAction } from "./start.ts";
