/** What an instance type gives a CVM. */
export interface InstanceType {
  readonly name: string;
  readonly vcpu: number;
  readonly memoryInMb: number;
}

/** What a new CVM gets if it says nothing [DOC-js/provision-cvm]. */
export const DEFAULT_INSTANCE_TYPE = 'tdx.small';

/** phala-docs getting-started/deploy-first-cvm (pricing.mdx there has another size for tdx.large). */
const INSTANCE_TYPES: readonly InstanceType[] = [
  { name: DEFAULT_INSTANCE_TYPE, vcpu: 2, memoryInMb: 4096 },
  { name: 'tdx.medium', vcpu: 4, memoryInMb: 8192 },
  { name: 'tdx.large', vcpu: 8, memoryInMb: 16_384 },
];

/** By name, if there is one. */
export function instanceType(name: string): InstanceType | undefined {
  return INSTANCE_TYPES.find((type) => type.name === name);
}

/** Name of the type that has exactly this size; null, as answers have it, for any other size (chosen). */
export function instanceTypeOf(size: Pick<InstanceType, 'vcpu' | 'memoryInMb'>): string | null {
  const type = INSTANCE_TYPES.find(({ vcpu, memoryInMb }) => vcpu === size.vcpu && memoryInMb === size.memoryInMb);
  return type?.name ?? null;
}
