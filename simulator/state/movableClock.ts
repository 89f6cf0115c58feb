interface Task {
  readonly at: number;
  readonly run: () => Promise<void>;
  timer: NodeJS.Timeout | undefined;
}

/** The longest delay a Node timer takes, in milliseconds (about 24 days); a longer one would fire at once. */
const LONGEST_TIMER = 2_147_483_647;

/** The simulator's time as a caller sees it: it runs, and can be moved forward. */
export interface SimulatorClock {
  /** The simulator's present. */
  now(): Date;
  /** Moves time forward, and resolves when everything due by then (an operation's end, a boot) has happened. */
  advance(milliseconds: number): Promise<Date>;
}

/**
 * Real time plus an offset. Expiry is computed from it when something is looked at; what must happen at an instant is
 * scheduled with `at` and happens there whether real time or `advance` gets to it first.
 */
export class MovableClock implements SimulatorClock {
  readonly #tasks = new Set<Task>();
  readonly #running = new Set<Promise<void>>();
  #offset: number;
  /** The offset that all calls of advance so far ask for. */
  #goal: number;
  #stopped = false;

  /** @param offset how far it is ahead of real time from the start, in milliseconds; below zero: behind */
  constructor(offset = 0) {
    this.#offset = offset;
    this.#goal = offset;
  }

  now(): Date {
    return new Date(this.milliseconds());
  }

  /** The present in milliseconds since the epoch. */
  milliseconds(): number {
    return Date.now() + this.#offset;
  }

  /** Runs a task when the clock reaches an instant (milliseconds since the epoch). */
  at(instant: number, run: () => Promise<void>): void {
    const task: Task = { at: instant, run, timer: undefined };
    this.#tasks.add(task);
    this.#arm(task);
  }

  async advance(milliseconds: number): Promise<Date> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
      throw new RangeError('The clock only moves forward, by a finite number of milliseconds.');
    }
    this.#goal += milliseconds;
    const goal = this.#goal;
    // From instant to instant: each task finds the clock at its own time, and what it schedules in turn is not skipped.
    for (let next = await this.#nextDue(goal); next !== undefined; next = await this.#nextDue(goal)) {
      this.#offset = Math.max(this.#offset, next.at - Date.now());
      this.#start(next);
    }
    this.#offset = Math.max(this.#offset, goal);
    for (const task of this.#tasks) {
      this.#arm(task);
    }
    return this.now();
  }

  /** Nothing scheduled happens any more. */
  stop(): void {
    this.#stopped = true;
    for (const task of this.#tasks) {
      clearTimeout(task.timer);
    }
    this.#tasks.clear();
  }

  /** The earliest task that is due under an offset, once everything already begun is through. */
  async #nextDue(offset: number): Promise<Task | undefined> {
    while (this.#running.size > 0) {
      await Promise.all(this.#running);
    }
    const [earliest] = [...this.#tasks].sort((one, other) => one.at - other.at);
    return earliest !== undefined && earliest.at <= Date.now() + offset ? earliest : undefined;
  }

  #arm(task: Task): void {
    clearTimeout(task.timer);
    if (this.#stopped) {
      return;
    }
    const wait = Math.min(Math.max(0, task.at - this.milliseconds()), LONGEST_TIMER);
    task.timer = setTimeout(() => (task.at <= this.milliseconds() ? this.#start(task) : this.#arm(task)), wait);
    // An operation still running must not keep a finished test's process alive.
    task.timer.unref();
  }

  #start(task: Task): void {
    // Whoever takes the task out of the set runs it: timer and advance() may both get here.
    if (!this.#tasks.delete(task)) {
      return;
    }
    clearTimeout(task.timer);
    const run = task.run().finally(() => this.#running.delete(run));
    this.#running.add(run);
  }
}
