/** The replays on a PostgreSQL that are not done yet. */
import { openDatabase } from "./database.ts";

/** @returns schemas with mails that wait for a worker @throws {ServiceError} when the server does not answer */
export async function openReplaySchemas(url: string, prefix: string): Promise<readonly string[]> {
  const database = await openDatabase({ kind: "server", url });
  try {
    const { rows } = await database.pool.query<{ schema: string }>(
      `select table_schema as schema from information_schema.tables
       where table_name = 'mail' and left(table_schema, length($1)) = $1 order by 1`,
      [prefix],
    );
    const open: string[] = [];
    for (const { schema } of rows) {
      const found = await database.pool.query(
        `select 1 from "${schema}".mail where state in ('waiting', 'queued')
         and exists (select 1 from "${schema}".source where name = 'the stretch') limit 1`,
      );
      if (found.rows.length > 0) open.push(schema);
    }
    return open;
  } finally {
    await database.close();
  }
}
