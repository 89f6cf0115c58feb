import { bare, isHexOf, prefixed } from '../rules/hex.js';
import type { Cvm } from './cvm.js';

export type Resolution =
  | { readonly kind: 'found'; readonly cvm: Cvm }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly by: 'name' | 'identifier' };

/** The CVMs of the workspace. */
export class Cvms {
  readonly #cvms = new Map<string, Cvm>();
  /** By the UUID without dashes. */
  readonly #byUuid = new Map<string, Cvm>();
  #lastNumber = 0;

  /** Adds what `create` makes of the next database id. */
  add(create: (number: number) => Cvm): Cvm {
    const cvm = create(++this.#lastNumber);
    if (this.#cvms.has(cvm.vmUuid)) {
      throw new Error(`There is a CVM ${cvm.vmUuid} already.`);
    }
    this.#cvms.set(cvm.vmUuid, cvm);
    this.#byUuid.set(cvm.vmUuid.replaceAll('-', ''), cvm);
    return cvm;
  }

  remove(vmUuid: string): void {
    this.#cvms.delete(vmUuid);
    this.#byUuid.delete(vmUuid.replaceAll('-', ''));
  }

  /** Oldest first. */
  all(): readonly Cvm[] {
    return [...this.#cvms.values()];
  }

  get(vmUuid: string): Cvm | undefined {
    return this.#cvms.get(vmUuid);
  }

  ofApp(appId: string): readonly Cvm[] {
    return this.all().filter((cvm) => cvm.appId === prefixed(appId.replace(/^app_/, '')));
  }

  /**
   * A path id: vm_uuid with or without dashes, app_<40 hex>, 40 hex with or without 0x (app id or instance id), hash id
   * "cvm_…", or name [facts §1 "CVM path id accepts"; the SDK also knows "instance_<id>"].
   */
  resolve(identifier: string): Resolution {
    const uuid = bare(identifier).replaceAll('-', '');
    const hex = identifier.replace(/^(app|instance)_/, '');
    // By far the most common, and unique: nothing else is looked through where there are thousands.
    const addressed = isHexOf(16, uuid) ? this.#byUuid.get(uuid) : undefined;
    if (addressed) return { kind: 'found', cvm: addressed };
    const isAppOrInstance = isHexOf(20, hex);
    const byIdentifier = this.all().filter(
      (cvm) =>
        (isAppOrInstance && (cvm.appId === prefixed(hex) || cvm.instanceId === bare(hex))) || cvm.hashId === identifier,
    );
    const by = byIdentifier.length > 0 ? 'identifier' : 'name';
    const [cvm, ...others] =
      byIdentifier.length > 0 ? byIdentifier : this.all().filter(({ name }) => name === identifier);
    if (cvm === undefined) {
      return { kind: 'none' };
    }
    return others.length === 0 ? { kind: 'found', cvm } : { kind: 'several', by };
  }
}
