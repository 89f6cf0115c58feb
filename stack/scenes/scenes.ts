import { sealEnv } from '../../client/index.js';
import { type Scene, safeApp } from './scene.js';

const compose = (version: string): string => `services:\n  web:\n    image: nginx:${version}\n    ports: ["80:80"]\n`;

const update: Scene = {
  kind: 'update',
  title: (stack) => `Updating ${safeApp(stack).name} from nginx 1.27 to 1.28 …`,
  ask: (countersign, stack) =>
    countersign.updateCvm({
      cvmId: safeApp(stack).vmUuid,
      update: { dockerComposeFile: compose('1.28') },
      requestedBy: 'demo',
      reason: 'nginx 1.28',
    }),
};

const replicate: Scene = {
  kind: 'replicate',
  title: (stack) => `Replicating ${safeApp(stack).name} to another node, whose device the Safe has to allow …`,
  ask: (countersign, stack) => {
    const { vmUuid, nodeId } = safeApp(stack);
    const other = stack.cloud.simulator.nodes.find(({ id }) => id !== nodeId);
    if (!other) throw new Error('The stack has one node only.');
    return countersign.replicateCvm({
      cvmId: vmUuid,
      node: other.name,
      requestedBy: 'demo',
      reason: 'a second machine',
    });
  },
};

const provision: Scene = {
  kind: 'provision',
  title: () => 'Making a new CVM whose app contract the Safe deploys and owns …',
  async ask(countersign, { cloud }) {
    const name = 'new-app';
    return countersign.provisionCvm({
      name,
      compose: { dockerComposeFile: compose('1.28') },
      // The local chain is none of Base: its KMS counts as Ethereum's.
      kms: 'ethereum',
      owner: cloud.safe.address,
      env: await sealEnv({ GREETING: 'hello' }, await countersign.sealingKey(), name),
      requestedBy: 'demo',
      reason: 'a new service',
    });
  },
};

const allowlist: Scene = {
  kind: 'allowlist',
  title: (stack) => `Allowing ${safeApp(stack).name} on one more device …`,
  ask: (countersign, stack) =>
    countersign.changeAllowlist({
      appId: safeApp(stack).appId,
      steps: [{ action: 'addDevice', device: { deviceId: `0x${'d0'.repeat(32)}` } }],
      requestedBy: 'demo',
      reason: 'a machine that is to come',
    }),
};

/** Every kind of change, in the order in which the demo shows them. */
export const scenes: readonly Scene[] = [update, replicate, provision, allowlist];
