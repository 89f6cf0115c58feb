import type { Answer } from './answer.js';

/** So many answers are remembered. What is older is known to Temporal, which takes the same id for the same thing. */
const capacity = 10_000;

/**
 * Answers each delivery once: one that comes again while the first is under way waits for it, and one that comes later is
 * told so. What could not be handed on is not remembered: it is to come again.
 */
export class Deliveries {
  private readonly answers = new Map<string, Promise<Answer>>();

  async once(id: string, handle: () => Promise<Answer>): Promise<Answer> {
    const known = this.answers.get(id);
    if (known !== undefined) {
      const answer = await known;
      return answer.status < 300 ? repeated(answer) : answer;
    }
    const answering = handle();
    this.answers.set(id, answering);
    const forget = (): void => void this.answers.delete(id);
    answering.then(({ status }) => status >= 300 && forget(), forget);
    for (const oldest of this.answers.keys()) {
      if (this.answers.size <= capacity) break;
      this.answers.delete(oldest);
    }
    return answering;
  }
}

const repeated = ({ body: { change, runId } }: Answer): Answer => ({
  status: 200,
  body: { outcome: 'repeated', ...(change !== undefined && { change }), ...(runId !== undefined && { runId }) },
});
