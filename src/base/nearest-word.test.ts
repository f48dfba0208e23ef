import { describe, expect, test } from "vitest";
import { nearestWord, suggestWord } from "./nearest-word.ts";

describe("nearestWord", () => {
  const words = ["arm_smmu_devices_lock", "dtdevs_lock", "pcidevs_lock"];

  // biome-ignore format: a table is read by its columns
  test.each([
    // written                 meant
    ["arm_smmu_device_lock",   "arm_smmu_devices_lock"],
    ["pcidev_lock",            "pcidevs_lock"],
    ["dtdevs_lokc",            "dtdevs_lock"],
    ["PCIDEVS_LOCK",           "pcidevs_lock"],
    ["stream_map_lock",        null],
  ])("%s: %s", (written, meant) => {
    expect(nearestWord(written, words)).toBe(meant);
  });

  test("a suggestion names the nearest word, or what there is", () => {
    expect(suggestWord("tpye", ["type", "title"])).toBe('Did you mean "type"?');
    expect(suggestWord("colour", ["type", "title"])).toBe("Known: type, title.");
    expect(suggestWord("colour", [])).toBe("There is none.");
  });
});
