/** Thrown where the command line or a file that it names is not valid. Nothing was sent. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
