import type { FaultyRequest } from '../../simulator/faults/faultRule.js';
import { composeHash } from '../../simulator/rules/composeHash.js';
import { provisionedAppCompose, provisionRequestSchema } from '../../simulator/rules/provisionRequest.js';

/**
 * Which new CVM a request is about. The call that makes one names its compose hash only; which name was planned with that
 * hash shows in the call before.
 */
export class PlannedNames {
  private readonly names = new Map<string, string>();

  /** Looks at a request; undefined where it is about no new CVM. */
  nameIn({ endpoint, body = '' }: FaultyRequest): string | undefined {
    if (endpoint === 'provisionCvm') {
      const parsed = provisionRequestSchema.safeParse(parse(body));
      if (!parsed.success) return undefined;
      this.names.set(composeHash(provisionedAppCompose(parsed.data, {})), parsed.data.name);
      return parsed.data.name;
    }
    if (endpoint !== 'commitCvmProvision') return undefined;
    const hash = /"compose_hash"\s*:\s*"(?:0x)?([0-9a-fA-F]{64})"/.exec(body)?.[1];
    return hash && this.names.get(`0x${hash.toLowerCase()}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
