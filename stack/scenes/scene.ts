import type { Change, Countersign } from '../../client/index.js';
import type { Stack, StackCvm } from '../startStack.js';

/** One change of the demo, as somebody asks for it. */
export interface Scene {
  readonly kind: 'update' | 'replicate' | 'provision' | 'allowlist';
  /** What the audience reads first. */
  title(stack: Stack): string;
  ask(countersign: Countersign, stack: Stack): Promise<Change>;
}

/** The stack's CVM whose app is owned by a Safe. */
export function safeApp({ cvms }: Stack): StackCvm['cvm'] {
  const found = cvms.find(({ registrar }) => registrar === 'safe');
  if (!found) throw new Error('The stack has no CVM whose app is owned by a Safe.');
  return found.cvm;
}
