/**
 * Keeps apart what may run side by side and what has to be alone: people send their transactions at any time, but not
 * while the chain is turned over under them, for what they wait for would never come.
 */
export class Turns {
  private readonly shared = new Set<Promise<unknown>>();
  private alone: Promise<unknown> = Promise.resolve();

  /** Runs beside others of its kind. */
  async together<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.alone;
    const running = work();
    const settled = running.catch(() => {});
    this.shared.add(settled);
    try {
      return await running;
    } finally {
      this.shared.delete(settled);
    }
  }

  /** Runs when all that run have ended; nothing begins meanwhile. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = this.alone.then(() => Promise.all(this.shared)).then(work);
    this.alone = running.catch(() => {});
    return running;
  }
}

/** One after the other. */
export class Line {
  private last: Promise<unknown> = Promise.resolve();

  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = this.last.then(work);
    this.last = running.catch(() => {});
    return running;
  }
}
