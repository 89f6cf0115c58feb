import type { CvmUpdate } from '../../model/cvmUpdate.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';

/** A value for a field of an update, and how the CVM shows that it arrived. */
export interface Arrival {
  readonly update: CvmUpdate;
  readonly shows: (cvm: SimulatedCvm) => unknown;
  readonly as: unknown;
}

/** An environment depends on the CVM: it is encrypted to its app's key. */
type Field = Exclude<keyof CvmUpdate, 'encryptedEnv'>;

const dockerComposeFile = 'services:\n  web:\n    image: nginx:1.29\n';
const preLaunchScript = '#!/bin/sh\ntrue\n';
const allowedEnvs = ['API_KEY', 'REGION'];
const userConfig = '{"a": 1}';

/** What goes into the app-compose document, and so into the compose hash: with a chain, its owner is asked. */
export const registered = {
  dockerComposeFile: {
    update: { dockerComposeFile },
    shows: ({ appCompose }) => appCompose.docker_compose_file,
    as: dockerComposeFile,
  },
  preLaunchScript: {
    update: { preLaunchScript },
    shows: ({ appCompose }) => appCompose.pre_launch_script,
    as: preLaunchScript,
  },
  allowedEnvs: { update: { allowedEnvs }, shows: ({ appCompose }) => appCompose.allowed_envs, as: allowedEnvs },
  publicLogs: { update: { publicLogs: false }, shows: ({ appCompose }) => appCompose.public_logs, as: false },
  publicSysinfo: { update: { publicSysinfo: false }, shows: ({ appCompose }) => appCompose.public_sysinfo, as: false },
  publicTcbinfo: { update: { publicTcbinfo: false }, shows: ({ appCompose }) => appCompose.public_tcbinfo, as: false },
} satisfies Partial<Record<Field, Arrival>>;

/** What goes into no hash: applied at once, also where the app is governed on chain. */
export const atOnce = {
  userConfig: { update: { userConfig }, shows: ({ configuration }) => configuration.userConfig, as: userConfig },
  gpus: {
    update: {
      gpus: { gpus: [{ slot: '0000:41:00.0', productId: 'H100' }, { slot: '0000:42:00.0' }], attachMode: 'listed' },
    },
    shows: ({ configuration }) => configuration.gpus,
    as: { gpus: [{ slot: '0000:41:00.0', product_id: 'H100' }, { slot: '0000:42:00.0' }], attach_mode: 'listed' },
  },
  vcpu: { update: { vcpu: 8 }, shows: ({ configuration }) => configuration.vcpu, as: 8 },
  memory: { update: { memory: 16_384 }, shows: ({ configuration }) => configuration.memoryInMb, as: 16_384 },
  diskSize: { update: { diskSize: 120 }, shows: ({ configuration }) => configuration.diskInGb, as: 120 },
  image: { update: { image: 'dstack-0.6.0' }, shows: ({ configuration }) => configuration.image, as: 'dstack-0.6.0' },
  shutdownTimeout: {
    update: { shutdownTimeout: 90 },
    shows: ({ configuration }) => configuration.shutdownTimeout,
    as: 90,
  },
  // By itself it changes nothing: it says how the VM may be stopped for the rest.
  allowForceStop: {
    update: { allowForceStop: true, vcpu: 8 },
    shows: ({ commits }) => commits.map(({ forceStop }) => forceStop),
    as: [true],
  },
} satisfies Partial<Record<Field, Arrival>>;

// Not complete, this would not compile.
const all: Readonly<Record<Field, Arrival>> = { ...registered, ...atOnce };
export const arrivals: readonly Arrival[] = Object.values(all);

/** All of them in one update. */
export const everyField: CvmUpdate = Object.assign({}, ...arrivals.map(({ update }) => update));

/** One row for each field. */
export const tableOf = (fields: Readonly<Record<string, Arrival>>): readonly (Arrival & { readonly field: string })[] =>
  Object.entries(fields).map(([field, arrival]) => ({ field, ...arrival }));
