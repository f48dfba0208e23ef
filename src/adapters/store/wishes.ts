/** Who wants no mail, and what maintainers switched on for their sections. */
import type { Wishes } from "../../review/index.ts";
import type { Db } from "./mail-memory.ts";
import { text } from "./rows.ts";

export function wishes(db: Db): Wishes {
  return {
    optOut: async (address, evidence, at) => {
      await db
        .insertInto("opt_out")
        .values({ address: text(address), evidence: text(evidence), at })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    optIn: async (address) => {
      await db.deleteFrom("opt_out").where("address", "=", text(address)).execute();
    },
    optedOut: async () => {
      const rows = await db.selectFrom("opt_out").select("address").execute();
      return new Set(rows.map(({ address }) => address));
    },
    setSection: async (section, mode, evidence, at) => {
      await db
        .insertInto("section_switch")
        .values({ section: text(section), mode, evidence: text(evidence), at })
        .onConflict((conflict) =>
          conflict.column("section").doUpdateSet({ mode, evidence: text(evidence), at }),
        )
        .execute();
    },
    sections: async () => {
      const rows = await db.selectFrom("section_switch").select(["section", "mode"]).execute();
      return new Map(rows.map(({ section, mode }) => [section, mode]));
    },
  };
}
