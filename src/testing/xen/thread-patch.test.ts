/** The change of the thread can be made on a file of that shape, and on the real one. */
import { describe, expect, test } from "vitest";
import { diffOf, patchMailOf } from "./format-mail.ts";
import { applyThreadChange } from "./thread-patch.ts";
import { readXenFile, SMMU, xenTreeOrNotice } from "./xen-tree.ts";

const SKETCH = `static int arm_smmu_dt_add_device_legacy(struct arm_smmu_device *smmu)
{
	struct arm_smmu_master *m;
	int i;

	m = find_smmu_master(smmu);
	if (m) {
		report("master %s is there already\\n",
		       m->name);
		return -EEXIST;
	}
	m = make();
	if (!m)
		return -ENOMEM;
	for (i = 0; i < m->count; i++)
		if (m->ids[i] < 0 ||
		    m->ids[i] > m->last)
			return -ERANGE;
	return keep(m);
}

static int arm_smmu_add_device(struct device *dev);

static int arm_smmu_add_device(struct device *dev)
{
	if (dev) {
		m = find_smmu_master(smmu);
		use(m);
	}
	return 0;
}
`;

const SKETCH_AFTER = `static int arm_smmu_dt_add_device_legacy(struct arm_smmu_device *smmu)
{
	struct arm_smmu_master *m;
	int i, ret;

	spin_lock(&arm_smmu_devices_lock);
	m = find_smmu_master(smmu);
	if (m) {
		report("master %s is there already\\n",
		       m->name);
		ret = -EEXIST;
		goto out_unlock;
	}
	m = make();
	if (!m) {
		ret = -ENOMEM;
		goto out_unlock;
	}
	for (i = 0; i < m->count; i++)
		if (m->ids[i] < 0 ||
		    m->ids[i] > m->last) {
			ret = -ERANGE;
			goto out_unlock;
		}
	ret = keep(m);

out_unlock:
	spin_unlock(&arm_smmu_devices_lock);

	return ret;
}

static int arm_smmu_add_device(struct device *dev);

static int arm_smmu_add_device(struct device *dev)
{
	if (dev) {
		spin_lock(&arm_smmu_devices_lock);
		m = find_smmu_master(smmu);
		spin_unlock(&arm_smmu_devices_lock);
		use(m);
	}
	return 0;
}
`;

describe("applyThreadChange", () => {
  test("locks one function whole and the other around the lookup", () => {
    expect(applyThreadChange(SKETCH)).toBe(SKETCH_AFTER);
  });

  test("declares ret on a line of its own where the function has no int", () => {
    expect(applyThreadChange(SKETCH.replace("\tint i;\n", ""))).toContain(
      "{\n\tint ret;\n\tstruct arm_smmu_master *m;\n\n\tspin_lock(",
    );
  });

  test.each([
    ["without the adding function", SKETCH.replace("_legacy(", "_renamed("), /no definition of .*_legacy/],
    ["without a lookup", SKETCH.replaceAll("find_smmu_master", "look_up"), /no statement calls/],
  ])("%s it says what is missing", (_, text, message) => {
    expect(() => applyThreadChange(text)).toThrow(message);
  });
});

describe("patchMailOf", () => {
  test("holds a diff that git made", () => {
    const change = { file: SMMU, before: "int a;\n", after: "int b;\n" };

    expect(patchMailOf("[PATCH] smmu: rename", change)).toContain(`diff --git a/${SMMU} b/${SMMU}\nindex `);
    expect(diffOf(change)).toMatch(/\n-int a;\n\+int b;\n$/);
  });
});

const tree = xenTreeOrNotice();

describe.skipIf(tree === null)("on the real driver", () => {
  test("the change adds two locks and two unlocks and nothing goes missing", () => {
    const before = readXenFile(tree ?? "", SMMU);
    const diff = diffOf({ file: SMMU, before, after: applyThreadChange(before) });

    expect(diff.match(/^\+\s*spin_lock\(/gm)).toHaveLength(2);
    expect(diff.match(/^\+\s*spin_unlock\(/gm)).toHaveLength(2);
    expect(diff.match(/^\+\s*goto out_unlock;/gm)?.length).toBe(diff.match(/^-\s*return -E/gm)?.length);
    expect(diff).not.toMatch(/^\+.*;\s*\{$/m);
    expect(diff).toMatch(/^\+\tint (?:\w+, )*ret;$/m);
  });
});
