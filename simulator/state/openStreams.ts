/** "SSE connection limit: 5 concurrent connections per user" [OpenAPI handle_get_cvm_state]; there is one user. */
const LIMIT = 5;

/** How many event streams are open. */
export class OpenStreams {
  #open = 0;

  get isFull(): boolean {
    return this.#open >= LIMIT;
  }

  /** Counts one more; gives what counts it off again. */
  enter(): () => void {
    this.#open++;
    return () => {
      this.#open--;
    };
  }
}
