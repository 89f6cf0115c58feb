import { CancellationScope, condition } from '@temporalio/workflow';
import type { SendingKey, SendingOrder, SignedCall } from '../../model/sending.js';
import { type StepFailure, stepFailureOf } from '../stepFailure.js';
import { isUnnamed, signCall } from './activities.js';
import { newOrder, note, type Order } from './order.js';
import { seeThrough } from './seeThrough.js';

/** Transactions of a key that are on their way at a time: nodes keep so many of an account for certain. */
const mostUnderWay = 16;
/** Ended orders that are remembered, for changes that ask late. */
const mostRemembered = 300;

/**
 * Sends what the changes of a deployment order from one key. Nonces are given out one after the other, and only then the
 * next transaction is signed; several may be on their way. Each is signed, kept in the history, and sent after that: at
 * whatever instant a worker dies, the same bytes are sent again.
 */
export class Sender {
  private readonly orders = new Map<string, Order>();
  private readonly scopes = new Map<string, CancellationScope>();
  private turn: Promise<unknown> = Promise.resolve();
  /** Whose turn it is. */
  private signing: Order | null = null;
  private closing = false;

  constructor(
    readonly key: SendingKey,
    before: readonly Order[],
  ) {
    for (const order of before) this.take(order);
  }

  order({ id, work }: SendingOrder): void {
    if (!this.orders.has(id)) this.take(newOrder(id, work));
  }

  withdraw(id: string): void {
    const order = this.orders.get(id);
    if (!order) {
      // The order itself may still be on its way here.
      this.orders.set(id, { ...newOrder(id, null), unwanted: true, withdrawn: true, end: 'withdrawn' });
    } else if (order.end === null && !order.unwanted) {
      order.unwanted = true;
      // Before its turn nothing has happened, and the turn may be far away.
      if (order.transactions.length === 0 && this.signing !== order) endWithdrawn(order);
      else this.scopes.get(id)?.cancel();
    }
  }

  find(id: string): Order | null {
    return this.orders.get(id) ?? null;
  }

  /** Uses up a nonce that nothing takes, so that those after it are not held up. */
  fill(nonce: number): void {
    if (this.underWay().some(({ transactions }) => transactions[0]?.nonce === nonce)) return;
    const id = `nonce-${nonce}`;
    if (this.orders.get(id)?.end === null) return;
    this.orders.delete(id);
    this.take({ ...newOrder(id, null), gap: nonce, unwanted: true, withdrawn: true });
  }

  get idle(): boolean {
    return [...this.orders.values()].every(({ end }) => end !== null);
  }

  /** Stops at a point where the next run of the workflow can go on. */
  async close(): Promise<readonly Order[]> {
    this.closing = true;
    await condition(() => this.signing === null);
    const orders = [...this.orders.values()];
    // Of those without a transaction nothing is lost: their changes give them again.
    const going = orders.filter(({ end, transactions }) => end === null && transactions.length > 0);
    const waiting = orders.filter(({ end, transactions }) => end === null && transactions.length === 0);
    return [...orders.filter(({ end }) => end !== null).slice(-mostRemembered), ...going, ...waiting.slice(0, 500)];
  }

  private underWay(): Order[] {
    return [...this.orders.values()].filter(({ transactions }) => transactions.length > 0);
  }

  private take(order: Order): void {
    this.orders.set(order.id, order);
    if (order.end === null) void this.serve(order);
  }

  private async serve(order: Order): Promise<void> {
    while (order.end === null) {
      const scope = new CancellationScope();
      this.scopes.set(order.id, scope);
      if (order.unwanted) scope.cancel();
      try {
        if (order.transactions.length > 0 || order.work === null) await seeThrough(this, order, scope);
        else await this.sign(order, scope);
      } catch (error) {
        const failure = stepFailureOf(error);
        if (!failure) throw error;
        order.transactions = [];
        order.end = failureOf(failure);
      }
    }
    this.scopes.delete(order.id);
    this.forget();
  }

  /** Signs the next call of an order, when it is its turn. */
  private async sign(order: Order, scope: CancellationScope): Promise<void> {
    const { work } = order;
    const signed = work && (await this.inTurn(order, () => this.takeNonce(order, work, scope)));
    if (order.unwanted && order.transactions.length === 0) endWithdrawn(order);
    else if (signed === null) order.end = 'done';
  }

  /** All of it before the next order has its turn: there the nonce is taken. */
  private async takeNonce(
    order: Order,
    work: NonNullable<Order['work']>,
    scope: CancellationScope,
  ): Promise<SignedCall | null | undefined> {
    const signed = await scope.run(() => this.signNext(order, work));
    if (!signed || order.unwanted) return signed;
    const { method, data, remaining } = signed;
    const { transactionHash, nonce } = signed.signed;
    Object.assign(order, { data, remaining, transactions: [signed.signed], futile: 0 });
    note(order, `Signed ${method}: transaction ${transactionHash}, nonce ${nonce}.`);
    return signed;
  }

  /** Undefined where it did not come about in its turn; null where nothing is missing. */
  private async signNext(order: Order, work: NonNullable<Order['work']>): Promise<SignedCall | null | undefined> {
    const taken = this.underWay().flatMap(({ transactions }) => transactions.at(-1) ?? []);
    const summary = `sign for ${order.id}`;
    try {
      return await signCall.executeWithOptions({ summary }, [{ key: this.key, work, mined: order.mined, taken }]);
    } catch (error) {
      if (isUnnamed(error)) return undefined;
      throw error;
    }
  }

  private async inTurn<Result>(order: Order, work: () => Promise<Result>): Promise<Result | undefined> {
    const mine = this.turn.then(async () => {
      await condition(() => order.unwanted || (!this.closing && this.underWay().length < mostUnderWay));
      if (order.unwanted) return undefined;
      this.signing = order;
      try {
        return await work();
      } finally {
        this.signing = null;
      }
    });
    this.turn = mine.catch(() => {});
    return mine;
  }

  private forget(): void {
    const ended = [...this.orders.values()].filter(({ end }) => end !== null);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - mostRemembered))) this.orders.delete(id);
  }
}

function endWithdrawn(order: Order): void {
  order.withdrawn = true;
  order.end = 'withdrawn';
}

const failureOf = ({ type, message, details }: StepFailure) => ({ type, message, details });
