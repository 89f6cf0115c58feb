import { createRequire } from 'node:module';

const systems: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin' };
const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Path of anvil's own binary for this machine. Not the package's `anvil` command: that one is a wrapper, and leaves its
 * anvil behind when it is killed.
 *
 * @throws Error when npm installed none for this machine
 */
export function anvilBinary(): string {
  const platform = `${systems[process.platform] ?? process.platform}-${architectures[process.arch] ?? process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json');
    return createRequire(wrapper).resolve(`@foundry-rs/anvil-${platform}/bin/anvil`);
  } catch {
    throw new Error(
      `There is no anvil for ${platform} in node_modules. Run npm install without --omit=optional; anvil exists for ` +
        'linux and darwin on amd64 and arm64, and needs glibc 2.35 or later on Linux.',
    );
  }
}
