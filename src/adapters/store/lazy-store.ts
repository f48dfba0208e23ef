/** The store, loaded when it is asked for: its packages are large, and only the bot needs them. */
import type { Store } from "../../review/index.ts";
import type { DatabasePlace } from "./database.ts";

export async function openStore(place: DatabasePlace): Promise<Store> {
  const store = await import("./open-store.ts");
  return store.openStore(place);
}

export async function openReplaySchemas(url: string, prefix: string): Promise<readonly string[]> {
  const replays = await import("./replay-schemas.ts");
  return replays.openReplaySchemas(url, prefix);
}
