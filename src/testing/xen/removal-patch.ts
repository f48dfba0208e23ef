/**
 * Makes the change that was pending when the thread was written, on any smmu.c:
 * the driver learns to remove a device (in the shape of Xen's commit 3b27fff436).
 *
 * In:  the text of a real `smmu.c` (Xen's, never committed here).
 * Out: its text with an operation that takes a master out of its tree and frees
 *      it. As in that commit no lock is taken: the callers hold theirs.
 */

const BEFORE = "static int arm_smmu_dt_add_device_generic(";
const ADD_OPERATION = /^(\s*)\.add_device\s*=\s*arm_smmu_dt_add_device_generic,$/m;

const REMOVAL = `static void forget_smmu_master(struct arm_smmu_device *smmu,
			       struct arm_smmu_master *master)
{
	rb_erase(&master->node, &smmu->masters);
	kfree(master);
}

static int arm_smmu_dt_remove_device_generic(u8 devfn, struct device *dev)
{
	struct iommu_fwspec *spec = dev_iommu_fwspec_get(dev);
	struct arm_smmu_device *smmu = spec ? find_smmu(spec->iommu_dev) : NULL;
	struct arm_smmu_master *master;

	if (!smmu)
		return -ENXIO;

	master = find_smmu_master(smmu, dev_get_dev_node(dev));
	if (!master)
		return -EINVAL;

	forget_smmu_master(smmu, master);

	return 0;
}

`;

/** @throws {Error} if the function or the entry that the change stands beside is not there */
export function applyRemovalChange(text: string): string {
  const at = text.indexOf(`\n${BEFORE}`);
  if (at === -1) throw new Error(`no definition of ${BEFORE}…) in this file`);
  if (!ADD_OPERATION.test(text)) throw new Error("no operation add_device in this file");
  const withFunctions = text.slice(0, at + 1) + REMOVAL + text.slice(at + 1);
  return withFunctions.replace(
    ADD_OPERATION,
    (entry, indent) => `${entry}\n${indent}.remove_device = arm_smmu_dt_remove_device_generic,`,
  );
}
