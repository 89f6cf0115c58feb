import type { Hex, TransactionHash } from '../../model/hex.js';
import type { OrderStanding, SendingWork, SignedTransaction } from '../../model/sending.js';

/** An order while its sender has it. Plain data: it goes on in the next run of the sender. */
export interface Order {
  readonly id: string;
  /** Null where there is nothing to call: a gap between nonces has to be filled, or it was withdrawn before it came. */
  readonly work: SendingWork | null;
  /** The nonce that is to be filled; null for all else. */
  readonly gap: number | null;
  readonly lines: string[];
  /** Of one nonce, newest last; empty where nothing is on its way. */
  transactions: SignedTransaction[];
  /** The call that they make. */
  data: Hex | null;
  /** How many calls are missing beside it. */
  remaining: number;
  /** Calldata of those that were mined. */
  readonly mined: Hex[];
  transactionHash: TransactionHash | null;
  /** How often in a row no higher fee could be offered, or helped. */
  futile: number;
  /** Whether somebody has asked that nothing is sent any more. */
  unwanted: boolean;
  /** Whether that holds. */
  withdrawn: boolean;
  end: OrderStanding['end'];
}

export const newOrder = (id: string, work: SendingWork | null): Order => ({
  id,
  work,
  gap: null,
  lines: [],
  transactions: [],
  data: null,
  remaining: 0,
  mined: [],
  transactionHash: null,
  futile: 0,
  unwanted: false,
  withdrawn: false,
  end: null,
});

export const standingOf = ({ lines, end, withdrawn, transactionHash }: Order): OrderStanding => ({
  lines,
  end,
  withdrawn,
  transactionHash,
});

/** Writes down what happened; the same thing again is no news. */
export function note({ lines }: Order, line: string): void {
  if (lines.at(-1) !== line) lines.push(line);
}
