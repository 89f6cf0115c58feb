import type { CvmUpdate } from './cvmUpdate.js';
import type { Machine } from './descriptions.js';
import type { PlannedCvm } from './provisionRequest.js';

/**
 * What an update changes beside the app-compose document, in a few lines for people who sign. None of it goes into the
 * compose hash: no signature covers it.
 *
 * @param before null where the API does not say
 */
export function describeMachineChanges(before: Machine | null, update: CvmUpdate): readonly string[] {
  return [
    ...change('vCPUs', before?.vcpu, update.vcpu),
    ...change('memory', before?.memoryMb, update.memory, ' MB'),
    ...change('disk', before?.diskGb, update.diskSize),
    ...change('OS image', before?.image, update.image),
    ...(given(update.gpus) ? [`GPUs: ${update.gpus.gpus.map(({ slot }) => slot).join(', ') || 'none'}`] : []),
    ...(update.shutdownTimeout === undefined
      ? []
      : [`shutdown timeout: ${update.shutdownTimeout === null ? 'none' : `${update.shutdownTimeout} s`}`]),
    ...(given(update.userConfig) ? ['user config: replaced'] : []),
    ...(given(update.encryptedEnv) ? ['environment: replaced (encrypted)'] : []),
  ];
}

const given = <Value>(value: Value | null | undefined): value is Value => value !== null && value !== undefined;

function change(
  name: string,
  before: number | string | null | undefined,
  after: number | string | null | undefined,
  unit = '',
): readonly string[] {
  if (!given(after) || before === after) return [];
  return [`${name}: ${given(before) ? `${before}${unit}` : 'unknown'} → ${after}${unit}`];
}

/** The same of a new CVM: what was asked for. */
export const describeNewMachine = (planned: Omit<PlannedCvm, 'name' | 'compose'>): readonly string[] => [
  ...(planned.instanceType ? [`instance type: ${planned.instanceType}`] : []),
  ...(planned.vcpu ? [`vCPUs: ${planned.vcpu}`] : []),
  ...(planned.memory ? [`memory: ${planned.memory} MB`] : []),
  ...(planned.diskSize ? [`disk: ${planned.diskSize} GB`] : []),
  ...(planned.image ? [`OS image: ${planned.image}`] : []),
  ...(planned.gpus ? [`GPUs: ${planned.gpus.gpus.map(({ slot }) => slot).join(', ') || 'none'}`] : []),
];
