/** The page for those who watch the bot: health, status and metrics, on loopback only. */
import { createServer, type Server } from "node:http";
import { InputError } from "../base/index.ts";
import { metricsText, type StatusFacts, statusText } from "./status.ts";

export interface Health {
  /** When a round last ended; null before the first. */
  readonly lastRound: () => Date | null;
  readonly now: () => Date;
  /** A round that ended longer ago means that the bot hangs. */
  readonly patienceSeconds: number;
  readonly facts: () => Promise<StatusFacts>;
}

export async function serveHealth(port: number, health: Health): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request.url ?? "/", health).then(
      ({ status, text }) =>
        response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text),
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        response.writeHead(503, { "content-type": "text/plain; charset=utf-8" }).end(`${why}\n`);
      },
    );
  });
  await new Promise<void>((done, fail) => {
    server.once("error", (cause) =>
      fail(
        new InputError(`healthPort ${port}: cannot be listened on (${cause.message})`, {
          hint: "Name a free port.",
          cause,
        }),
      ),
    );
    server.listen(port, "127.0.0.1", done);
  });
  return server;
}

async function answer(
  url: string,
  health: Health,
): Promise<{ readonly status: number; readonly text: string }> {
  switch (url.split("?")[0]) {
    case "/health": {
      const last = health.lastRound();
      const age = last === null ? null : Math.round((health.now().getTime() - last.getTime()) / 1000);
      const isWell = age !== null && age <= health.patienceSeconds;
      const said = age === null ? "no round has ended yet" : `the last round ended ${age} s ago`;
      return { status: isWell ? 200 : 503, text: `${said}\n` };
    }
    case "/status":
      return { status: 200, text: statusText(await health.facts()) };
    case "/metrics":
      return { status: 200, text: metricsText(await health.facts()) };
    default:
      return { status: 404, text: "/health, /status or /metrics\n" };
  }
}
