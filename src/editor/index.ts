/** The language server: what an editor shows of the locks. May not analyse. */
export { serveEditor } from "./server.ts";
