import { userInfo } from 'node:os';

/** Who sends a message where --by says nothing: COUNTERSIGN_BY, else the name of the user. */
export const sender = (): string => process.env['COUNTERSIGN_BY'] || userInfo().username;
