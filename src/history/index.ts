/** Reviews of whole histories: shares the commits out to threads and keeps what came of them. May not analyse. */
export { runBacktest } from "./backtest.ts";
export { openReviewPool } from "./pool.ts";
