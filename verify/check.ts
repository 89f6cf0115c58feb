/**
 * What is checked, in the order in which it is shown. The names are part of the output of `countersign verify --json`.
 */
export const checkTitles = {
  composeFile: 'compose file',
  preLaunchScript: 'pre-launch script',
  base: 'base',
  asked: 'what was asked for',
  composeHash: 'compose hash',
  engineCheck: 'the engine’s own check',
  expectation: 'expectation',
  calls: 'calls',
  calldata: 'calldata',
  contract: 'contract',
  safeTransaction: 'Safe transaction',
  multiSend: 'batch contract',
  signatures: 'signatures',
  batchFile: 'batch file',
  timelock: 'timelock',
  timelockSteps: 'timelock’s calls',
  chain: 'chain',
  code: 'contract’s code',
  generation: 'generation',
  owner: 'owner',
  pendingOwner: 'new owner',
  ownerKind: 'kind of owner',
  safeState: 'Safe',
  multiSendOnChain: 'batch contract on chain',
  safeTransactionOnChain: 'Safe transaction on chain',
  signaturesOnChain: 'signatures on chain',
  timelockOnChain: 'timelock on chain',
  timelockRoles: 'timelock’s roles',
  baseAllowed: 'base on chain',
  stillMissing: 'still missing',
} as const;

export type CheckName = keyof typeof checkTitles;

/** One thing that was looked at. */
export interface Check {
  readonly name: CheckName;
  readonly outcome: 'passed' | 'failed' | 'notCheckable';
  /** One sentence for people: what was compared, and what came out. */
  readonly reason: string;
}

export const passed = (name: CheckName, reason: string): Check => ({ name, outcome: 'passed', reason });
export const failed = (name: CheckName, reason: string): Check => ({ name, outcome: 'failed', reason });
export const notCheckable = (name: CheckName, reason: string): Check => ({ name, outcome: 'notCheckable', reason });

/** Passed where nothing is wrong; else failed, with all that is. */
export const judge = (name: CheckName, wrong: readonly string[], right: string): Check =>
  wrong.length === 0 ? passed(name, right) : failed(name, wrong.join(' '));
