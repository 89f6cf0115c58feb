import { createPublicClient, http, keccak256, parseAbi } from 'viem';
import { type Check, failed, judge, notCheckable, passed } from './check.js';
import { decodeCall } from './decodeCall.js';
import { type ExportedProposal, governing } from './exportedProposal.js';
import { type Node, orNull, sameAddress } from './node.js';
import { checkSafeOnChain } from './safeOnChain.js';
import { checkTimelockOnChain } from './timelockOnChain.js';

type Hex = `0x${string}`;

const appAbi = parseAbi([
  'function owner() view returns (address)',
  'function pendingOwner() view returns (address)',
  'function version() view returns (uint256)',
  'function supportsInterface(bytes4 id) view returns (bool)',
  'function allowedComposeHashes(bytes32 composeHash) view returns (bool)',
  'function allowedDeviceIds(bytes32 deviceId) view returns (bool)',
  'function allowAnyDevice() view returns (bool)',
]);

const names: readonly Check['name'][] = ['code', 'generation', 'owner', 'pendingOwner', 'ownerKind', 'stillMissing'];

/**
 * Compares what the export says of the chain with the chain itself.
 *
 * @param rpcUrl a node that the approver trusts; undefined: nothing of it can be checked
 */
export async function checkOnChain(proposal: ExportedProposal, rpcUrl: string | undefined): Promise<readonly Check[]> {
  if (rpcUrl === undefined)
    return [
      notCheckable('chain', 'owner, Safe, signatures on chain, roles and allow-lists: give a node with --rpc-url'),
    ];
  const { chainId } = governing(proposal);
  const client = createPublicClient({ transport: http(rpcUrl, { retryCount: 2, timeout: 10_000 }), cacheTime: 0 });
  const answered = await orNull(client.getChainId());
  if (answered === null) {
    return [failed('chain', 'The node does not answer.'), ...names.map((name) => notCheckable(name, 'no answer'))];
  }
  const chain = judge(
    'chain',
    answered === chainId ? [] : [`The node is of chain ${answered}; the change is for chain ${chainId}.`],
    `the node is of chain ${chainId}`,
  );
  if (chain.outcome === 'failed') return [chain];
  const node = { client, chainId };
  const { expectation, safe, timelock } = proposal;
  return [
    chain,
    ...(expectation.kind === 'deployment' ? await checkKms(node, proposal) : await checkApp(node, proposal)),
    await checkOwnerKind(node, proposal),
    ...(safe ? await checkSafeOnChain(node, proposal.calls, safe) : []),
    ...(timelock ? await checkTimelockOnChain(node, proposal, timelock) : []),
  ];
}

/** Makes contracts: what it will make is not there yet. */
async function checkKms({ client }: Node, { expectation }: ExportedProposal): Promise<readonly Check[]> {
  if (expectation.kind !== 'deployment') return [];
  const { address } = expectation.kms;
  const kmsAbi = parseAbi(['function appImplementation() view returns (address)']);
  const made = await orNull(client.readContract({ address, abi: kmsAbi, functionName: 'appImplementation' }));
  const wrong =
    made === null || /^0x0+$/.test(made) ? [`${address} is no KMS contract that makes contracts of apps.`] : [];
  return [judge('code', wrong, `a KMS contract, which makes contracts of ${made}`)];
}

async function checkApp(node: Node, proposal: ExportedProposal): Promise<readonly Check[]> {
  const { client } = node;
  const { address } = governing(proposal);
  const read = { address, abi: appAbi } as const;
  const code = await orNull(client.getCode({ address }));
  if (!code || code === '0x') return [failed('code', `There is no contract at ${address}.`)];
  const owner = await orNull(client.readContract({ ...read, functionName: 'owner' }));
  const pending = await orNull(client.readContract({ ...read, functionName: 'pendingOwner' }));
  const awaited = pending === null || /^0x0+$/.test(pending) ? null : pending;
  return [
    passed('code', `a contract of ${(code.length - 2) / 2} bytes, ${keccak256(code).slice(0, 18)}…`),
    await checkGeneration(node, address),
    judge(
      'owner',
      sameAddress(owner, proposal.owner)
        ? []
        : [`The contract is owned by ${owner}; the export says ${proposal.owner}.`],
      `${proposal.owner}`,
    ),
    judge(
      'pendingOwner',
      sameAddress(awaited, proposal.pendingOwner)
        ? []
        : [
            `Ownership waits to be accepted by ${awaited ?? 'nobody'}; the export says ${proposal.pendingOwner ?? 'nobody'}.`,
          ],
      awaited ? `${awaited} is to become owner, and has not accepted yet` : 'none waits to be accepted',
    ),
    ...(await checkBaseAllowed(node, proposal)),
    await checkStillMissing(node, proposal),
  ];
}

/** ERC-165 ids of what a DstackApp does, and the version that newer ones tell (on-chain.md §2.2, §2.5). */
async function checkGeneration({ client }: Node, address: Hex): Promise<Check> {
  const read = { address, abi: appAbi } as const;
  const supports = (id: Hex) => orNull(client.readContract({ ...read, functionName: 'supportsInterface', args: [id] }));
  const version = await orNull(client.readContract({ ...read, functionName: 'version' }));
  const [isApp, isManaged] = [await supports('0x1e079198'), await supports('0x8fd37527')];
  const wrong = [
    ...(version !== null && version !== 2n ? [`It says that it is of version ${version}.`] : []),
    ...(isApp === false || (version !== null && isManaged === false) ? ['It denies that it is a DstackApp.'] : []),
  ];
  if (wrong.length === 0 && isApp === null) return notCheckable('generation', 'it does not tell what it is (ERC-165)');
  return judge('generation', wrong, `a DstackApp${version === null ? '' : ` of version ${version}`}`);
}

/** A base that the owners have approved before leaves nothing but what was asked for. */
async function checkBaseAllowed(
  { client }: Node,
  { kind, base, expectation }: ExportedProposal,
): Promise<readonly Check[]> {
  if ((kind !== 'update' && kind !== 'adopt') || expectation.kind === 'deployment') return [];
  const hash = base?.composeHash;
  if (!hash) return [notCheckable('baseAllowed', 'no base is in the export')];
  const { address } = expectation.contract;
  const read = { address, abi: appAbi, functionName: 'allowedComposeHashes', args: [hash] } as const;
  const allowed = await orNull(client.readContract(read));
  return [
    judge(
      'baseAllowed',
      allowed === true ? [] : [`The base ${hash} is not on the allow-list of the contract.`],
      `the owners have approved the base ${hash}`,
    ),
  ];
}

/** Whether the calls change anything: what stands already needs no signature. */
async function checkStillMissing({ client }: Node, proposal: ExportedProposal): Promise<Check> {
  const { address } = governing(proposal);
  const read = { address, abi: appAbi } as const;
  const stands = async (data: Hex): Promise<boolean | null> => {
    const call = decodeCall(data);
    const value = (call?.arguments[0]?.value ?? '0x') as Hex; // Decoded: hex, but for a bool.
    switch (call?.method) {
      case 'addComposeHash':
      case 'removeComposeHash': {
        const allowed = client.readContract({ ...read, functionName: 'allowedComposeHashes', args: [value] });
        return (await allowed) === (call.method === 'addComposeHash');
      }
      case 'addDevice':
      case 'removeDevice': {
        const allowed = client.readContract({ ...read, functionName: 'allowedDeviceIds', args: [value] });
        return (await allowed) === (call.method === 'addDevice');
      }
      case 'setAllowAnyDevice':
        return String(await client.readContract({ ...read, functionName: 'allowAnyDevice' })) === String(value);
      default:
        return null;
    }
  };
  const standing = await Promise.all(proposal.calls.map(({ data }) => orNull(stands(data))));
  if (standing.includes(null)) return notCheckable('stillMissing', 'the contract does not answer for each call');
  const done = standing.flatMap((stood, index) => (stood ? [`What call ${index + 1} does stands already.`] : []));
  return judge('stillMissing', done, 'none of it stands on chain yet');
}

/** A key has no code; a Safe and a timelock have. */
async function checkOwnerKind(
  { client }: Node,
  { owner, safe, timelock, registrar }: ExportedProposal,
): Promise<Check> {
  const code = await orNull(client.getCode({ address: owner }));
  const isContract = code !== null && code !== undefined && code !== '0x';
  const shown = safe ? 'a Safe' : timelock ? 'a timelock' : null;
  const wrong = [
    ...(shown && !isContract ? [`The owner is shown as ${shown}, and is a key.`] : []),
    ...(registrar === 'ownerKey' && isContract ? ['The owner is shown as a key, and is a contract.'] : []),
    ...(registrar === 'safe' && !safe ? ['A Safe is to register, and none is shown.'] : []),
    ...(registrar === 'timelock' && !timelock ? ['A timelock is to register, and none is shown.'] : []),
    ...(safe && !sameAddress(safe.address, owner) ? [`The Safe is ${safe.address}, the owner ${owner}.`] : []),
  ];
  return judge('ownerKind', wrong, shown ?? (isContract ? 'a contract' : 'a key'));
}
