import type { FaultEffect } from '../../simulator/faults/faultRule.js';

/** Ways in which the answer to a call is lost, after the call took effect and before. */
export const waysToLoseAReply: readonly (readonly [string, FaultEffect])[] = [
  ['after it took effect: the connection breaks', { kind: 'loseReply', by: 'reset' }],
  ['after it took effect: the body is cut off', { kind: 'loseReply', by: 'cutBody' }],
  ['after it took effect: a gateway answers in its place', { kind: 'loseReply', by: { status: 502 } }],
  ['before it took effect: the connection breaks', { kind: 'reset' }],
  ['before it took effect: a gateway answers in its place', { kind: 'answer', status: 502 }],
];
