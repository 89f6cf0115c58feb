/** What the process ends with; --help tells them, too. */
export const exitCodes = {
  /** It ran until it was asked to stop. */
  stopped: 0,
  /** It could not listen, or something happened that was not foreseen. */
  unexpected: 1,
  /** The command line is not valid. Nothing was started. */
  invalid: 2,
  /** An RPC URL came without a chain id and did not tell its own. Nothing was started. */
  unreachable: 3,
} as const;
