import { isTopicInBloom } from 'ethereum-bloom-filters';
import type { Hex } from 'viem';

/** The header of a block without logs, and of chains that do not fill the field in. */
const empty = /^0x0*$/;

/**
 * Whether a log with one of the topics may stand in a block, by the bloom filter of its header: it never leaves one out,
 * and shows many that are not there where a block holds hundreds of logs. A filter that is empty, or missing, says
 * nothing, as some chains do not fill it in.
 */
export const mayShow = (topics: readonly Hex[], logsBloom: Hex | null | undefined): boolean =>
  !logsBloom || empty.test(logsBloom) || topics.some((topic) => isTopicInBloom(logsBloom, topic));
