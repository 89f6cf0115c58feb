import type { Countersign } from '../../client/countersign.js';
import { encryptEnv } from '../../client/encryptEnv.js';
import { isCvmId } from '../../model/cvmId.js';
import type { UpdateRequestInput } from '../../model/updateRequest.js';
import { exitCodes } from '../exitCodes.js';
import { readEnvFile, readTextFile } from '../files.js';
import { run } from '../run.js';
import { sender } from '../sender.js';
import { readDeadline } from '../time.js';
import { UsageError } from '../usageError.js';
import { follow } from './follow.js';
import type { UpdateOptions } from './updateOptions.js';

/** Reads the files, encrypts the environment, starts the change, and follows it if that is wanted. */
export async function update(cvm: string, options: UpdateOptions): Promise<void> {
  await run(options, async (command) => {
    const { countersign, output, url } = command;
    const change = await countersign.updateCvm(await readRequest(countersign, cvm, options));
    if (options.wait) {
      output.progress(`${change.id} has started.`);
      return follow(change, command);
    }
    const { id, runId = '' } = change;
    const page = url({ change: id, runId });
    const started = { change: id, runId, kind: 'update', phase: 'preparing', ...(page && { url: page }) };
    output.result(started, () =>
      [`${id} has started.`, `  countersign watch ${id}`, ...(page ? [`  ${page}`] : [])].join('\n'),
    );
    return exitCodes.done;
  });
}

async function readRequest(countersign: Countersign, cvm: string, options: UpdateOptions): Promise<UpdateRequestInput> {
  if (options.envFile !== undefined && options.encryptedEnv !== undefined) {
    throw new UsageError('--env-file and --encrypted-env exclude each other.');
  }
  const variables = options.envFile === undefined ? null : await readEnvFile(options.envFile);
  const fields = await readFields(options);
  // A name has to be looked up, and so has the key to encrypt to. Neither is asked for in vain.
  const described = variables !== null || !isCvmId(cvm) ? await countersign.inspectCvm(cvm) : null;
  const { reason, idempotencyKey } = options;
  return {
    cvmId: described?.cvmId ?? cvm,
    update: {
      ...fields,
      ...(variables && {
        encryptedEnv: await encryptEnv(variables, envKey(described?.envEncryptionKey ?? null)),
        allowedEnvs: fields.allowedEnvs ?? Object.keys(variables),
      }),
    },
    requestedBy: options.requestedBy ?? sender(),
    ...(reason !== undefined && { reason }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    // Checked with everything else when the request is read; there the message names the field.
    ...(options.registrar !== undefined && { registrar: options.registrar as Registrar }),
    policy: readPolicy(options),
  };
}

type Registrar = NonNullable<UpdateRequestInput['registrar']>;
type Policy = NonNullable<UpdateRequestInput['policy']>;

function envKey(key: string | null): string {
  if (key !== null) return key;
  throw new UsageError('The API gives no key to encrypt to for this CVM. Encrypt yourself: --encrypted-env.');
}

async function readFields(options: UpdateOptions): Promise<UpdateRequestInput['update']> {
  const { compose, preLaunchScript, encryptedEnv, allowedEnvs, userConfig, gpu, image, shutdownTimeout } = options;
  const { vcpu, memory, diskSize, allowForceStop } = options;
  return {
    ...(compose !== undefined && { dockerComposeFile: await readTextFile(compose) }),
    ...(preLaunchScript !== undefined && { preLaunchScript: await readTextFile(preLaunchScript) }),
    ...(encryptedEnv !== undefined && { encryptedEnv }),
    ...(allowedEnvs !== undefined && { allowedEnvs: allowedEnvs.split(',').map((name) => name.trim()) }),
    ...flag('publicLogs', options.publicLogs),
    ...flag('publicSysinfo', options.publicSysinfo),
    ...flag('publicTcbinfo', options.publicTcbinfo),
    ...(userConfig !== undefined && { userConfig: await readTextFile(userConfig) }),
    ...(gpu !== undefined && { gpus: { gpus: gpu.map(readGpu), ...attachMode(options.gpuAttachMode) } }),
    ...(vcpu !== undefined && { vcpu }),
    ...(memory !== undefined && { memory }),
    ...(diskSize !== undefined && { diskSize }),
    ...(image !== undefined && { image }),
    ...(shutdownTimeout !== undefined && {
      shutdownTimeout: shutdownTimeout === 'none' ? null : Number(shutdownTimeout),
    }),
    ...(allowForceStop !== undefined && { allowForceStop }),
  };
}

const flag = (field: string, value: 'yes' | 'no' | undefined) =>
  value === undefined ? {} : { [field]: value === 'yes' };

const attachMode = (mode: string | undefined) => (mode === undefined ? {} : { attachMode: mode });

function readGpu(text: string) {
  const [slot = '', productId] = text.split(':');
  return { slot, ...(productId !== undefined && { productId }) };
}

function readPolicy({ deadline, finality, onBaseChanged, onHashMismatch }: UpdateOptions): Policy {
  return {
    ...(deadline !== undefined && { deadline: readDeadline(deadline) }),
    // Checked with everything else when the request is read; there the message names the field.
    ...(finality !== undefined && { finality: (/^\d+$/.test(finality) ? Number(finality) : finality) as 'safe' }),
    ...(onBaseChanged !== undefined && { onBaseChanged: onBaseChanged as 'hold' }),
    ...(onHashMismatch !== undefined && { onHashMismatch: onHashMismatch as 'show' }),
  };
}
