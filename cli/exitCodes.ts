/** What the process ends with. Documented in docs/reference/cli.md and in `countersign --help`. */
export const exitCodes = {
  /** Done. With --wait or watch: the change has completed. */
  done: 0,
  /** Something that was not foreseen. */
  unexpected: 1,
  /** The command line, a file or a value is not valid. Nothing was sent. */
  invalid: 2,
  /** Another change holds the CVM, the name or the app, or the change did not accept the message. */
  refused: 3,
  /** The change ended without effect: rejected, cancelled or expired. */
  withdrawn: 4,
  /** The change failed. */
  failed: 5,
  /** Temporal cannot be reached, or no worker answers. */
  unreachable: 6,
  /** There is no such change or CVM. */
  notFound: 7,
  /** What is to be signed is not what it should be: a check of `verify` failed. */
  notVerified: 8,
} as const;

export const exitCodeHelp = `
Exit codes: 0 done · 1 unexpected error · 2 invalid input, nothing sent · 3 refused (another change runs, message not accepted)
            4 ended as rejected, cancelled or expired · 5 failed · 6 Temporal or worker does not answer · 7 not found
            8 not verified: a check failed`;
