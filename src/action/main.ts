/** The program that action.yml names, bundled with all that it needs. */
import { readFileSync } from "node:fs";
import { startAction } from "./start.ts";

const shipped = new URL("./", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", shipped), "utf8")) as { version: string };

// A runner that stops reading has its reason; the exit status says the rest.
process.stdout.on("error", () => {});

startAction({
  env: process.env,
  version,
  shipped,
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
}).then((status) => {
  process.exitCode = status;
});
