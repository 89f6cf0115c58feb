import { BaseError, ContractFunctionExecutionError, type Hex, type PublicClient, parseAbi } from 'viem';

/** OpenAPI AppKmsInfoResponse.deployer_type. */
export type DeployerType = 'eoa' | 'safe' | 'legacy_multisig' | 'erc4337' | 'contract';

const abi = parseAbi([
  'function VERSION() view returns (string)',
  'function getThreshold() view returns (uint256)',
  'function required() view returns (uint256)',
  'function entryPoint() view returns (address)',
]);

/**
 * What kind of account owns an app contract, found out by asking the chain: without code an EOA; a Safe answers VERSION and
 * getThreshold [on-chain facts §3.1, selectors]; the Gnosis multisig before it `required`; an ERC-4337 account `entryPoint`.
 * OpenAPI names the five kinds; how the real server tells them apart is unknown, these marks are chosen.
 */
export async function deployerType(client: PublicClient, deployer: Hex): Promise<DeployerType> {
  const code = await client.getCode({ address: deployer });
  if (code === undefined) {
    return 'eoa';
  }
  if ((await answers(client, deployer, 'VERSION')) && (await answers(client, deployer, 'getThreshold'))) {
    return 'safe';
  }
  if (await answers(client, deployer, 'required')) {
    return 'legacy_multisig';
  }
  return (await answers(client, deployer, 'entryPoint')) ? 'erc4337' : 'contract';
}

async function answers(
  client: PublicClient,
  address: Hex,
  functionName: 'VERSION' | 'getThreshold' | 'required' | 'entryPoint',
): Promise<boolean> {
  try {
    await client.readContract({ address, abi, functionName });
    return true;
  } catch (error) {
    // A contract without the function reverts or returns nothing; a node that does not answer is another matter.
    if (error instanceof ContractFunctionExecutionError && !isTransportError(error)) {
      return false;
    }
    throw error;
  }
}

function isTransportError(error: BaseError): boolean {
  return (
    error.walk((cause) => cause instanceof BaseError && ['HttpRequestError', 'TimeoutError'].includes(cause.name)) !==
    null
  );
}
