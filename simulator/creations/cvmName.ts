import { duplicateCvmName } from '../answers/creationErrors.js';
import type { Cloud } from '../state/cloud.js';

/** ERR-01-004, 409, where a CVM of the workspace has that name already [DOC-errors]. */
export function assertNameFree(cloud: Cloud, name: string): void {
  if (isTaken(cloud, name)) {
    throw duplicateCvmName(name);
  }
}

/** The name of a replica: "my-app-replica-1" [DOC-replicas, in the output of the CLI]; the first number that is free. */
export function replicaName(cloud: Cloud, sourceName: string): string {
  const base = sourceName.replace(/-replica-\d+$/, '');
  for (let number = 1; ; number++) {
    const name = `${base}-replica-${number}`;
    if (!isTaken(cloud, name)) {
      return name;
    }
  }
}

function isTaken(cloud: Cloud, name: string): boolean {
  return cloud.cvms.all().some((cvm) => cvm.name === name);
}
