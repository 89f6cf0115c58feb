/** An answer that is none of what was asked for. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';

  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(JSON.stringify(body));
  }
}

/** What a proposal is turned down with: views_v2.py, SafeMultisigTransactionListView.post, answers 422 and the fields at fault. */
export const notProposable = (why: string, field = 'nonFieldErrors'): ServiceError =>
  new ServiceError(422, { [field]: [why] });

/** What a confirmation is turned down with: views.py, SafeMultisigConfirmationsView; REST framework answers 400. */
export const notConfirmable = (why: string): ServiceError => new ServiceError(400, { signature: [why] });

/** Of REST framework's NotFound. */
export const notFound = (what: string): ServiceError => new ServiceError(404, { detail: `${what} was not found` });

/** Addresses come with their checksum only (views_v2.py; the shape is CodeErrorResponse). */
export const wrongChecksum = (address: string): ServiceError =>
  new ServiceError(422, { code: 1, message: 'The checksum of the address is wrong', arguments: [address] });
