/**
 * The quality of what is reported, whatever the check: one finding a region, findings
 * that can be replayed, equal bytes for equal input, an end in bounded time.
 */
import { describe, expect, test } from "vitest";
import { renderJson, renderText } from "../reports/index.ts";
import { auditFiles, inferGuards, type Review } from "../review/index.ts";
import { fixturePacks } from "./fixture-files.ts";

const packs = await fixturePacks("checks/exchange-pack");
const FILE = "checks/output/exchange.c";

const SESSION = `struct session { struct list_head link; int calls, state, owner; };
struct exchange { struct list_head sessions; };
static struct exchange exchange;
static DEFINE_SPINLOCK(sessions_lock);
static DEFINE_SPINLOCK(archive_lock);
`;

const audit = (code: string): Review =>
  auditFiles([{ path: FILE, text: SESSION + code }], packs, "approach-b");

const notesOnComments = ({ baseNotes }: Review): readonly string[] =>
  baseNotes.filter((note) => note.includes("lockspan: ignore"));

/** `count` times what `line` makes of the number, from 0. */
const repeat = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("\n");

describe("findings", () => {
  test("P01: ten accesses in one stretch are one finding with ten places", () => {
    const { findings } = audit(
      `void count(struct session *s)\n{\n${repeat(10, (at) => `\ts->calls += ${at};`)}\n}\n`,
    );

    expect(findings).toHaveLength(1);
    const places = findings[0]?.trace.filter((step) => step.what.includes("s->calls"));
    expect(new Set(places?.map((step) => step.line)).size).toBe(10);
  });

  test("P02: a helper that five callers reach without the lock is one finding", () => {
    const { findings } = audit(
      `static void bump(struct session *s)\n{\n\ts->calls++;\n}\n${repeat(5, (at) => `void on_${at}(struct session *s)\n{\n\tbump(s);\n}`)}\n`,
    );
    const told = JSON.stringify(findings);

    expect(findings).toHaveLength(1);
    expect(told).toContain("bump");
    for (const caller of ["on_0", "on_4"]) expect(told).toContain(caller);
  });

  test("P03: a finding beside what could not be read is less sure, and says why", () => {
    const { findings, gaps } = audit(
      "void mixed(struct session *s)\n{\n\ts->state = 1;\n\tint inner(int by) { return by; }\n\ts->calls = inner(1);\n}\n",
    );

    expect(gaps).toHaveLength(1);
    expect(findings.map(({ confidence }) => confidence)).toEqual(["may"]);
    expect(findings[0]?.message).toMatch(/could not be read|not analysed/);
  });

  test("P04: what is proven stands above what may be, in the report for people", () => {
    const review = audit(
      "void perhaps(struct session *s, int c)\n{\n\tif ( c )\n\t\tspin_lock(&sessions_lock);\n\ts->state = 1;\n\tif ( c )\n\t\tspin_unlock(&sessions_lock);\n}\nvoid surely(struct session *s)\n{\n\ts->calls = 1;\n}\n",
    );
    const text = renderText(review, () => null, { color: false, unicode: false, width: 100 });

    expect(review.findings.map(({ confidence }) => confidence).sort()).toEqual(["may", "must"]);
    expect(text.indexOf("surely")).toBeLessThan(text.indexOf("perhaps"));
  });

  test.each([
    ["beside it", "\ts->calls++; /* lockspan: ignore guarded-access: only the boot CPU runs */\n"],
    [
      "above its statement",
      "\t/*\n\t * lockspan: ignore caller-must-hold, guarded-access: only the boot CPU\n\t * runs\n\t */\n\n\ts->calls =\n\t\ts->state;\n",
    ],
    ["as a line comment", "\t// lockspan: ignore guarded-access: only the boot CPU runs\n\ts->calls++;\n"],
  ])("P07: a comment %s hides the finding with its reason, and it is counted", (_, code) => {
    const review = audit(`void boot(struct session *s)\n{\n${code}}\n`);

    expect(review.findings).toEqual([]);
    expect(review.hidden).toMatchObject([{ check: "guarded-access", reason: "only the boot CPU runs" }]);
    expect(notesOnComments(review)).toEqual([]);
    expect(renderText(review, () => null, { color: false, unicode: false, width: 100 })).toContain(
      "1 finding hidden by a comment in the code",
    );
    expect(JSON.parse(renderJson(review))).toMatchObject({ hidden: [{ function: "boot" }] });
  });

  test("P07: without a reason the comment hides nothing, and the finding says so", () => {
    const review = audit(
      "void boot(struct session *s)\n{\n\ts->calls++; /* lockspan: ignore guarded-access */\n}\n",
    );

    expect(review.hidden).toEqual([]);
    expect(review.findings.map(({ message }) => message)).toEqual([
      expect.stringContaining("the comment in line 8 gives no reason, so it hides nothing"),
    ]);
  });

  test.each([
    [
      "/* lockspan: ignore double-lock: another check */",
      "hides nothing: there is no finding of double-lock",
    ],
    ["/* lockspan: ignore guarded-acces: a slip */", 'did you mean "guarded-access"?'],
    ["/* lockspan: ignore */", "names no check"],
  ])("P07: %s is told", (comment, told) => {
    const review = audit(`void boot(struct session *s)\n{\n\ts->calls++; ${comment}\n}\n`);

    expect(review.findings).toHaveLength(1);
    expect(notesOnComments(review)).toEqual([expect.stringContaining(told)]);
  });

  test("P07: a comment speaks of its own statement alone, and a string is no comment", () => {
    const { findings, hidden } = audit(
      'void boot(struct session *s)\n{\n\ts->calls = 1; /* lockspan: ignore guarded-access: boot */\n\ts->state = 2;\n\tprint("lockspan: ignore guarded-access: no", s->owner);\n}\n',
    );

    expect(hidden.map(({ line }) => line)).toEqual([8]);
    expect(findings.map(({ line }) => line)).toEqual([9]);
  });

  test("P10: a path names every lock event from the function's entry to the access", () => {
    const { findings } = audit(
      "void replay(struct session *s)\n{\n\tspin_lock(&sessions_lock);\n\ts->state = 1;\n\tspin_unlock(&sessions_lock);\n\tspin_lock(&archive_lock);\n\ts->calls = 2;\n\tspin_unlock(&archive_lock);\n}\n",
    );

    expect(findings.flatMap(({ trace }) => trace.map(({ what }) => what))).toEqual([
      "entered by callers outside these files, taken to hold no lock",
      "sessions_lock acquired",
      "sessions_lock released",
      "archive_lock acquired",
      "s->calls written",
    ]);
  });
});

describe("proposals", () => {
  const BOX = "struct crate { spinlock_t lock; int weight; };\n";
  /** One access a function, `held` of them under the lock of the crate. */
  const weighed = (all: number, held: number) =>
    repeat(all, (at) =>
      at < held
        ? `void weigh_${at}(struct crate *c)\n{\n\tspin_lock(&c->lock);\n\tc->weight = ${at};\n\tspin_unlock(&c->lock);\n}`
        : `void guess_${at}(struct crate *c)\n{\n\tc->weight = ${at};\n}`,
    );
  const proposed = (code: string) =>
    inferGuards([{ path: FILE, text: BOX + code }], packs, { support: 0.9, accesses: 3 }).guards;

  test("P05: a field that 95 of 100 accesses touch under one lock is proposed as guarded, with the others", () => {
    const guards = proposed(weighed(100, 95));

    expect(guards).toMatchObject([{ struct: "crate", field: "weight", held: 95, accesses: 100 }]);
    expect(guards[0]?.exceptions.map((place) => place.function)).toEqual(
      [95, 96, 97, 98, 99].map((at) => `guess_${at}`),
    );
    expect(audit(BOX + weighed(100, 95)).findings).toEqual([]);
  });

  test("P06: nothing is proposed where 3 of 5 accesses hold a lock", () => {
    expect(proposed(weighed(5, 3))).toEqual([]);
  });
});

describe("documents", () => {
  test("P08: two runs on the same input give the same bytes", () => {
    const code = repeat(
      20,
      (at) =>
        `void poke_${at}(struct session *s, int c)\n{\n\tif ( c > ${at} )\n\t\tspin_lock(&sessions_lock);\n\ts->calls++;\n}`,
    );

    expect(renderJson(audit(code))).toBe(renderJson(audit(code)));
  });
});

describe("large and tangled files", () => {
  /** About 33 lines a function, with loops, error paths and a span. */
  const ordinary = (at: number) => `static int work_${at}(struct session *s, int n)
{
	int i, ret = 0;

	spin_lock(&sessions_lock);
	for ( i = 0; i < n; i++ )
	{
		if ( s->calls > i )
		{
			ret = -EBUSY;
			goto out;
		}
		switch ( s->state )
		{
		case 0:
			s->calls++;
			break;
		case 1:
			s->calls--;
			break;
		default:
			ret = -EINVAL;
			goto out;
		}
	}
	if ( s->owner == ${at} )
		s->state = n;
out:
	spin_unlock(&sessions_lock);

	return ret;
}

int enter_${at}(struct session *s) { return work_${at}(s, ${at % 7}); }
`;

  test("P09: a file of 10,000 lines with 300 functions is analysed whole", () => {
    const code = repeat(300, ordinary);
    const { findings, analysed } = audit(code);

    expect(code.split("\n").length).toBeGreaterThan(10_000);
    expect(analysed.functions).toBeGreaterThanOrEqual(300);
    expect(findings).toEqual([]);
  });

  test("P09: a function with too many ways through it is analysed with less precision, and says so", () => {
    const flags = repeat(14, (at) => `\tif ( c[${at}] )\n\t\tspin_lock(&line_${at});`);
    const locks = repeat(14, (at) => `static DEFINE_SPINLOCK(line_${at});`);
    const review = audit(
      `${locks}\nvoid tangle(struct session *s, const int *c)\n{\n${flags}\n\ts->calls = 1;\n${flags.replaceAll("spin_lock", "spin_unlock")}\n}\n`,
    );

    expect(JSON.stringify([review.findings, review.gaps])).toMatch(/precision/);
  });
});
