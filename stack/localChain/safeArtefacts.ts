import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Address, Hex } from 'viem';
import { z } from 'zod';
import { projectFolder } from '../projectFolder.js';
import { creationCode } from './creationCode.js';

/** The Safes that the local chain can have. */
export const safeVersions = ['1.3.0', '1.4.1', '1.5.0'] as const;
export type SafeVersion = (typeof safeVersions)[number];

/** Creation code of what a Safe is made of, as Safe published it: the code on public chains. */
export interface SafeArtefacts {
  /** SafeL2, which tells of each transaction in an event. */
  readonly singleton: Hex;
  readonly factory: Hex;
  readonly fallbackHandler: Hex;
  readonly multiSend: Hex;
}

/** Where Safe deploys MultiSendCallOnly on public chains, and the Safe app looks for it (safe-deployments 1.37.63). */
export const multiSendAddresses: Readonly<Record<SafeVersion, Address>> = {
  '1.3.0': '0x40A2aCCbd92BCA938b02010E17A5b8929b49130D',
  '1.4.1': '0x9641d764fc13c8B624c04430C7356C1C7C8102e2',
  '1.5.0': '0xA83c336B20401Af773B6219BA5027174338D1836',
};

/** 1.5.0 comes from Safe's npm package; of the older ones, whose packages bring ethers along, only the code is kept. */
export const safeArtefacts = (version: SafeVersion): SafeArtefacts =>
  version === '1.5.0'
    ? {
        singleton: fromPackage('SafeL2.sol/SafeL2'),
        factory: fromPackage('proxies/SafeProxyFactory.sol/SafeProxyFactory'),
        fallbackHandler: fromPackage('handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler'),
        multiSend: fromPackage('libraries/MultiSendCallOnly.sol/MultiSendCallOnly'),
      }
    : kept(version);

const fromPackage = (path: string): Hex =>
  creationCode(`@safe-global/safe-smart-account/build/artifacts/contracts/${path}.json`);

const contract = z
  .object({ bytecode: z.custom<Hex>((value) => typeof value === 'string' && value.startsWith('0x')) })
  .transform(({ bytecode }) => bytecode);
const keptSchema = z.object({
  singleton: contract,
  factory: contract,
  fallbackHandler: contract,
  multiSend: contract,
});

const kept = (version: SafeVersion): SafeArtefacts =>
  keptSchema.parse(JSON.parse(readFileSync(join(projectFolder(), `contracts/safe/${version}.json`), 'utf8')));
