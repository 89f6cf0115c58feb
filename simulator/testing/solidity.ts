import { createRequire } from 'node:module';
import type { Hex } from 'viem';
import { z } from 'zod';
import { prefixed } from '../rules/hex.js';

/** As much of DstackApp and DstackKms as the cloud and its callers use, with the real selectors, events and error. */
const SOURCE = `
// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.24;

contract DstackApp {
  address public owner;
  bool public allowAnyDevice;
  mapping(bytes32 => bool) public allowedComposeHashes;
  mapping(bytes32 => bool) public allowedDeviceIds;

  event ComposeHashAdded(bytes32 composeHash);
  event DeviceAdded(bytes32 deviceId);
  error OwnableUnauthorizedAccount(address account);

  modifier onlyOwner() {
    if (msg.sender != owner) revert OwnableUnauthorizedAccount(msg.sender);
    _;
  }

  constructor(address firstOwner, bytes32 deviceId, bytes32 composeHash) {
    owner = firstOwner;
    allowedDeviceIds[deviceId] = true;
    allowedComposeHashes[composeHash] = true;
  }

  function addComposeHash(bytes32 composeHash) external onlyOwner {
    allowedComposeHashes[composeHash] = true;
    emit ComposeHashAdded(composeHash);
  }

  function removeComposeHash(bytes32 composeHash) external onlyOwner {
    allowedComposeHashes[composeHash] = false;
  }

  function addDevice(bytes32 deviceId) external onlyOwner {
    allowedDeviceIds[deviceId] = true;
    emit DeviceAdded(deviceId);
  }

  function removeDevice(bytes32 deviceId) external onlyOwner {
    allowedDeviceIds[deviceId] = false;
  }

  function setAllowAnyDevice(bool allowed) external onlyOwner {
    allowAnyDevice = allowed;
  }
}

contract DstackKms {
  mapping(address => bool) public registeredApps;

  event AppDeployedViaFactory(address indexed appId, address indexed deployer);

  function registerApp(address appId) public {
    registeredApps[appId] = true;
  }

  function deployAndRegisterApp(address firstOwner, bool, bool, bytes32 deviceId, bytes32 composeHash)
    external returns (address appId)
  {
    appId = address(new DstackApp(firstOwner, deviceId, composeHash));
    registerApp(appId);
    emit AppDeployedViaFactory(appId, msg.sender);
  }
}
`;

const bytecodeSchema = z.object({ evm: z.object({ bytecode: z.object({ object: z.string() }) }) });
const compiledSchema = z.object({
  contracts: z.object({ 'Dstack.sol': z.object({ DstackApp: bytecodeSchema, DstackKms: bytecodeSchema }) }),
});

let compiled: z.infer<typeof compiledSchema> | undefined;

/** Bytecode of one of the two, compiled once. */
export function bytecodeOf(contract: 'DstackApp' | 'DstackKms'): Hex {
  compiled ??= compile();
  return prefixed(compiled.contracts['Dstack.sol'][contract].evm.bytecode.object);
}

function compile(): z.infer<typeof compiledSchema> {
  // solc is a CommonJS package without types.
  const solc: { compile(input: string): string } = createRequire(import.meta.url)('solc');
  const input = {
    language: 'Solidity',
    sources: { 'Dstack.sol': { content: SOURCE } },
    settings: { outputSelection: { '*': { '*': ['evm.bytecode.object'] } } },
  };
  return compiledSchema.parse(JSON.parse(solc.compile(JSON.stringify(input))));
}
