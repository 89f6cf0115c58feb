declare const brand: unique symbol;

/** Keeps values of one form apart by what they mean: a compose hash is no transaction hash. Exists in types only. */
export interface Brand<Name extends string> {
  readonly [brand]: Name;
}
