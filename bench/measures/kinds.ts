import { randomBytes, randomUUID } from 'node:crypto';
import { type Change, type ChangeKind, sealEnv, sealToken } from '../../client/index.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { prepareUpdate } from '../../stack/prepareUpdate.js';
import type { TimeMachine } from '../world/timeMachine.js';

/** A kind of change, and how one is asked for that the Safe has to register. */
export interface AskedKind {
  readonly name: ChangeKind;
  readonly title: string;
  ask(machine: TimeMachine): Promise<Change>;
}

const requestedBy = 'bench';
const policy = { finality: 'latest' } as const;
const newName = (): string => `bench-${randomUUID().slice(0, 8)}`;
const newCompose = (): string => `services:\n  web:\n    image: nginx:${randomUUID()}\n`;
const newCvm = ({ cloud }: TimeMachine): Promise<SimulatedCvm> => cloud.addCvm('safe', newName());

export const kinds: readonly AskedKind[] = [
  {
    name: 'update',
    title: 'an update',
    async ask(machine) {
      const { vmUuid: cvmId } = await newCvm(machine);
      const update = { dockerComposeFile: newCompose() };
      return machine.countersign.updateCvm({ cvmId, update, requestedBy, policy });
    },
  },
  {
    name: 'adopt',
    title: 'an adopted update',
    async ask(machine) {
      const { vmUuid: cvmId } = await newCvm(machine);
      const { composeHash, token } = await prepareUpdate(machine.cloud.simulator, cvmId, newCompose());
      const sealed = await sealToken(token, await machine.countersign.sealingKey(), cvmId);
      const request = { cvmId, composeHash, token: sealed, requestedBy, policy };
      return (await machine.countersign.adoptUpdate(request)).change;
    },
  },
  {
    name: 'replicate',
    title: 'a replica',
    async ask(machine) {
      const { vmUuid: cvmId, nodeId } = await newCvm(machine);
      const node = machine.cloud.simulator.nodes.find(({ id }) => id !== nodeId)?.name;
      return machine.countersign.replicateCvm({ cvmId, ...(node !== undefined && { node }), requestedBy, policy });
    },
  },
  {
    name: 'provision',
    title: 'a new CVM',
    async ask({ countersign, cloud }) {
      const name = newName();
      const env = await sealEnv({ GREETING: 'hello' }, await countersign.sealingKey(), name);
      const compose = { dockerComposeFile: newCompose() };
      return countersign.provisionCvm({
        ...{ name, compose, env, requestedBy, policy },
        // The local chain is none of Base: its KMS counts as Ethereum's.
        kms: 'ethereum',
        owner: cloud.safe.address,
      });
    },
  },
  {
    name: 'allowlist',
    title: 'a change of allow-lists',
    async ask(machine) {
      const { appId } = await newCvm(machine);
      const deviceId = `0x${randomBytes(32).toString('hex')}`;
      const steps = [{ action: 'addDevice' as const, device: { deviceId } }];
      return machine.countersign.changeAllowlist({ appId, steps, requestedBy, policy });
    },
  },
];
