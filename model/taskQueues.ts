/** The task queue of the workflows where none is configured. */
export const defaultTaskQueue = 'countersign';

/**
 * The four queues of one deployment. Work is kept apart by what limits it: the Phala API by its quota (one rate for
 * all workers, kept by the server), the chain by its RPC, notifications by their receivers.
 */
export const taskQueues = (base: string) => ({
  workflows: base,
  phala: `${base}-phala`,
  chain: `${base}-chain`,
  notifications: `${base}-notifications`,
});
