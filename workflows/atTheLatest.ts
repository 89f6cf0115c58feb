import { commitTokenLifetime } from '../model/commitToken.js';

/** When a commit token expires that was made before now, ISO 8601 in UTC. */
export const atTheLatest = (): string => new Date(Date.now() + commitTokenLifetime).toISOString();
