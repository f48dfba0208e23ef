/** The driver model of the made-up driver in `fixtures/reports/`, for the tests of the reports. */
import type { DriverReport, ReportedAccess, ReportedLine } from "../review/index.ts";
import { TOY } from "./sample-review.ts";

const access = (line: number, kind: ReportedAccess["kind"], held: readonly string[]): ReportedAccess => ({
  object: "master->cfg",
  type: "struct toy_master",
  line,
  column: 9,
  kind,
  held,
  private: false,
  free: null,
});

const held = (line: number, must: readonly string[], may: readonly string[] = []): ReportedLine => ({
  line,
  must,
  may,
  isQuiet: false,
});

export const toyModel: DriverReport = {
  files: [TOY],
  locks: [
    { name: "toy_lock", kind: "global", struct: null, file: TOY, line: 4, recursive: false },
    {
      name: "toy_unit.lock",
      kind: "member",
      struct: "struct toy_unit",
      file: null,
      line: null,
      recursive: true,
    },
  ],
  functions: [
    {
      name: "toy_detach",
      file: TOY,
      line: 41,
      endLine: 49,
      spans: [
        { lock: "toy_lock", mode: "exclusive", from: 43, to: null, kind: "may", exits: [46] },
        { lock: "toy_lock", mode: "exclusive", from: 43, to: 48, kind: "must", exits: [] },
        { lock: "map_lock", mode: "shared", from: null, to: 48, kind: "must", exits: [] },
      ],
      lines: [
        held(43, ["map_lock"]),
        held(44, ["map_lock", "toy_lock"]),
        held(45, ["map_lock", "toy_lock"]),
        held(46, ["toy_lock"], ["map_lock"]),
        held(47, ["map_lock", "toy_lock"]),
        held(48, ["map_lock", "toy_lock"]),
      ],
      accesses: [access(47, "write", ["toy_lock"])],
      ways: ["detach"],
      requires: ["map_lock"],
      acquires: ["toy_lock"],
      releases: ["map_lock"],
    },
    {
      name: "toy_add_device",
      file: TOY,
      line: 18,
      endLine: 37,
      spans: [{ lock: "toy_lock", mode: "exclusive", from: 24, to: 26, kind: "must", exits: [] }],
      lines: [
        held(21, []),
        held(24, []),
        held(25, ["toy_lock"]),
        held(26, ["toy_lock"]),
        held(27, []),
        held(36, []),
      ],
      accesses: [
        access(30, "read", []),
        access(35, "read", []),
        access(25, "write", ["toy_lock"]),
        { ...access(31, "write", []), private: true },
      ],
      ways: ["add_device"],
      requires: [],
      acquires: [],
      releases: [],
    },
    {
      name: "toy_program",
      file: TOY,
      line: 6,
      endLine: 9,
      spans: [],
      lines: [held(8, [])],
      accesses: [],
      ways: [],
      requires: [],
      acquires: [],
      releases: [],
    },
  ],
  entryPoints: [
    { op: "add_device", function: "toy_add_device", subsystem: "pci", callerHolds: ["pcidevs_lock"] },
    { op: "add_device", function: "toy_add_device", subsystem: "dt", callerHolds: [] },
  ],
  concurrency: [
    { a: "add_device (pci)", b: "add_device (dt)", commonLocks: [] },
    { a: "add_device (pci)", b: "detach (pci)", commonLocks: ["pcidevs_lock"] },
  ],
  order: [
    { from: "pcidevs_lock", to: "toy_lock", at: [{ file: TOY, line: 24, function: "toy_add_device" }] },
  ],
  types: [{ name: "struct toy_master", lock: "toy_lock", fields: ["domain", "cfg"], rule: "toy/guarded" }],
  gaps: [{ file: TOY, line: 60, endLine: 62, why: "a macro that is not known" }],
};
