import type { Change, ChangeStatus, MessageInput, MessageName } from '../../client/index.js';
import { ChangeNotFoundError, InvalidInputError, MessageRefusedError } from '../../client/index.js';
import type { Schedule } from '../schedule/schedule.js';
import type { World } from '../world/world.js';
import type { Subject } from './subject.js';

/** What became of a message, as its sender saw it. */
export interface Sent {
  readonly message: MessageName;
  /** Why it was not accepted; null where it was; `unknown` where no answer came. */
  readonly refused: string | null;
  /** What he was told where it was accepted. */
  readonly answer: string | null;
  /** Moment of the answer, in milliseconds. */
  readonly at: number;
}

/** One schedule while it is played: what everybody around the change knows of it. */
export class Run {
  change: Change | null = null;
  /** The newest state that the engine showed. People act by it; the checker does not look at it. */
  latest: ChangeStatus | null = null;
  ended = false;
  /** Comes to its end soon after the change. */
  following: Promise<void> = Promise.resolve();
  readonly sent: Sent[] = [];
  /** Correlation ids of what somebody else did to the CVM. */
  readonly theirs = new Set<string>();

  constructor(
    readonly world: World,
    readonly schedule: Schedule,
    readonly subject: Subject,
  ) {}

  /** Sends a message, and keeps what its sender was told. */
  async send<Name extends MessageName>(message: Name, input: MessageInput<Name>): Promise<Sent> {
    const sent = { message, ...(await this.sendOnce(message, input)), at: Date.now() };
    this.sent.push(sent);
    return sent;
  }

  private async sendOnce<Name extends MessageName>(message: Name, input: MessageInput<Name>): Promise<Answer> {
    if (this.change === null) return { refused: 'not started', answer: null };
    try {
      const { summary } = await this.change.send(message, input);
      return { refused: null, answer: summary };
    } catch (error) {
      return { refused: reasonOf(error), answer: null };
    }
  }
}

type Answer = Pick<Sent, 'refused' | 'answer'>;

function reasonOf(error: unknown): string {
  if (error instanceof MessageRefusedError) return error.type;
  if (error instanceof InvalidInputError) return 'InvalidMessage';
  return error instanceof ChangeNotFoundError ? 'ChangeEnded' : 'unknown';
}
