import { zeroHash } from 'viem';
import type { RegistrationCall } from '../../model/registration.js';
import { createCall } from '../registrationCalls.js';
import type { OwnedDeployment } from './deployedApp.js';

/**
 * The call of the factory that deploys the app and registers it, in the form with five arguments that every generation
 * has (on-chain.md §2.2). Upgrades stay possible: the contract itself has to follow the KMS. A device id of zero adds
 * none.
 */
export const deploymentCall = (deployment: OwnedDeployment): RegistrationCall =>
  createCall(deployment.kms.address, 'deployAndRegisterApp', [
    { name: 'initialOwner', type: 'address', value: deployment.owner },
    { name: 'disableUpgrades', type: 'bool', value: 'false' },
    { name: 'allowAnyDevice', type: 'bool', value: String(deployment.deviceId === null) },
    { name: 'deviceId', type: 'bytes32', value: deployment.deviceId ?? zeroHash },
    { name: 'composeHash', type: 'bytes32', value: deployment.composeHash },
  ]);
