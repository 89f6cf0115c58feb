import type { SealingKey } from '../model/sealedEnv.js';

/** Milliseconds that workers are given to name a new key before the old one is taken. */
const patience = 3_000;

/** Milliseconds after which a key is asked for again: one that was rotated away opens nothing after a while. */
const freshness = 10 * 60 * 1000;

/** Keeps the workers' public key at hand: they need not answer within the seconds that a webhook has. */
export class SealingKeys {
  private known: { readonly key: SealingKey; readonly at: number } | null = null;
  private asking: Promise<SealingKey> | null = null;

  constructor(
    private readonly ask: () => Promise<SealingKey>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Whether there is one. */
  get isKnown(): boolean {
    return this.known !== null;
  }

  /** @throws what asking throws, where no key is known yet */
  async current(): Promise<SealingKey> {
    const { known } = this;
    if (known === null) return this.refresh();
    if (this.now() - known.at <= freshness) return known.key;
    // The old one does where nobody answers: workers open with every key of their ring, for as long as they have it.
    const old = new Promise<SealingKey>((resolve) => setTimeout(resolve, patience, known.key).unref());
    return Promise.race([this.refresh().catch(() => known.key), old]);
  }

  private refresh(): Promise<SealingKey> {
    this.asking ??= this.ask()
      .then((key) => {
        this.known = { key, at: this.now() };
        return key;
      })
      .finally(() => {
        this.asking = null;
      });
    return this.asking;
  }
}
