/** The calls that can be told apart. */
export type ServiceCall = 'list' | 'get' | 'propose' | 'confirm' | 'other';

/**
 * What happens in place of the answer. `hang`: none ever comes. `reset`: the connection breaks before anything is done.
 * `loseReply`: it breaks afterwards. `status`: an answer of something in between, or of the limit of calls (429).
 */
export type ServiceFault =
  | { readonly kind: 'hang' | 'reset' | 'loseReply' }
  | { readonly kind: 'status'; readonly status: 401 | 403 | 404 | 422 | 429 | 500 | 503; readonly body?: object };

/** Faults that are to come, and the calls that have come. */
export class ServiceFaults {
  private readonly plans: { readonly call: ServiceCall | '*'; readonly fault: ServiceFault; left: number }[] = [];
  private readonly counts = new Map<ServiceCall, number>();

  /** @param times how many calls; all from now on by default */
  fail(call: ServiceCall | '*', fault: ServiceFault, times = Number.POSITIVE_INFINITY): void {
    this.plans.push({ call, fault, left: times });
  }

  heal(): void {
    this.plans.length = 0;
  }

  calls(call: ServiceCall): number {
    return this.counts.get(call) ?? 0;
  }

  /** Counts a call, and says what is to happen to it; null: nothing. */
  next(call: ServiceCall): ServiceFault | null {
    this.counts.set(call, this.calls(call) + 1);
    const plan = this.plans.find((one) => one.left > 0 && (one.call === call || one.call === '*'));
    if (!plan) return null;
    plan.left--;
    return plan.fault;
  }
}
