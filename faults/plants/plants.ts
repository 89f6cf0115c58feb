import type { WorkerConfig } from '../../worker/config.js';
import type { Activities } from '../../worker/createActivities.js';
import { commitsWithoutLooking } from './commitsWithoutLooking.js';
import { keepsTheToken } from './keepsTheToken.js';
import { trustsTheReceipt } from './trustsTheReceipt.js';

/** A defect that is put into an engine on purpose: the checker has to find it. */
export type Plant = (activities: Activities, config: WorkerConfig) => Activities;

export const plants = { commitsWithoutLooking, trustsTheReceipt, keepsTheToken } as const satisfies Record<
  string,
  Plant
>;

export type PlantName = keyof typeof plants;

/** The variable that tells the worker of this folder which defect it has. */
export const plantVariable = 'COUNTERSIGN_FAULTS_PLANT';

export const isPlant = (name: string | undefined): name is PlantName =>
  name !== undefined && Object.hasOwn(plants, name);
