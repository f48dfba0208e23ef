import { describe, expect, test } from "vitest";
import { TOY, toyReview } from "../testing/sample-review.ts";
import { PLAIN_STYLE } from "./style.ts";
import { driverLines } from "./text-drivers.ts";

const toy = {
  id: "toy",
  files: [TOY],
  guarded: [
    { noun: "master", lock: "toy_lock" },
    { noun: "tree", lock: "toy_lock" },
  ],
  locks: ["toy_lock"],
  operations: ["add_device", "remove_device"],
};
const other = { id: "other", files: ["other.c"], guarded: [], locks: [], operations: ["add_device"] };

describe("driverLines", () => {
  test("several drivers stand side by side, each with its own findings", () => {
    const found = toyReview.findings.filter(({ file }) => file === TOY);
    const lines = driverLines({ ...toyReview, drivers: [other, toy], gaps: [] }, PLAIN_STYLE);
    const cells = lines.slice(1).map((line) => line.trim().split(/ {2,}/));

    expect(lines[0]).toBe("side by side");
    expect(cells[0]).toEqual(["other", "toy"]);
    expect(cells.find(([label]) => label === "findings")?.[1]).toBe("none");
    for (const check of new Set(found.map((finding) => finding.check))) {
      const count = found.filter((finding) => finding.check === check).length;
      expect(cells).toContainEqual([check, "0", `${count}`]);
    }
    expect(cells).toContainEqual(["not analysed", "nothing", "nothing"]);
    expect(cells).toContainEqual(["guarded", "none", "master"]);
    expect(cells).toContainEqual(["under", "none", "toy_lock"]);
    expect(cells).toContainEqual(["takes", "none", "toy_lock"]);
    expect(cells).toContainEqual(["entered by", ".add_device", ".add_device"]);
    expect(cells.at(-1)).toEqual([".remove_device"]);
  });

  test.each([100, 80, 70])(
    "on %d columns every line fits, and names are whole when the lines are joined",
    (width) => {
      const locks = ["arm_smmu_domain.devices_lock", "ipmmu_vmsa_device.lock"];
      const guarded = [{ noun: "group's pointer to the configuration", lock: "arm_smmu_devices_lock" }];
      const drivers = ["one", "two", "three"].map((id) => ({ ...toy, id, locks, guarded }));
      const lines = driverLines({ ...toyReview, drivers, gaps: [] }, { ...PLAIN_STYLE, width });

      expect(lines.filter((line) => line.length > width)).toEqual([]);
      const from = lines[1]?.indexOf("three") ?? 0;
      const column = lines.map((line) => line.slice(from)).join("\n");
      const joined = column.replace(/([._])\n {2}/g, "$1").replace(/\n {2}/g, " ");
      for (const whole of [...locks, "group's pointer to the configuration"]) expect(joined).toContain(whole);
    },
  );

  test.each([[[]], [[toy]]])("nothing is compared with nothing", (drivers) => {
    expect(driverLines({ ...toyReview, drivers }, PLAIN_STYLE)).toEqual([]);
  });
});
