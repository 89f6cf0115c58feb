import { readTextFile } from '../files.js';
import type { VmOptions } from './vmOptions.js';

/** What goes into the app-compose document, from the options; what was left out is absent. */
export async function readComposeFields(options: VmOptions) {
  const { preLaunchScript, allowedEnvs, publicLogs, publicSysinfo, publicTcbinfo } = options;
  return {
    ...(preLaunchScript !== undefined && { preLaunchScript: await readTextFile(preLaunchScript) }),
    ...(allowedEnvs !== undefined && { allowedEnvs: allowedEnvs.split(',').map((name) => name.trim()) }),
    ...(publicLogs !== undefined && { publicLogs: publicLogs === 'yes' }),
    ...(publicSysinfo !== undefined && { publicSysinfo: publicSysinfo === 'yes' }),
    ...(publicTcbinfo !== undefined && { publicTcbinfo: publicTcbinfo === 'yes' }),
  };
}

/** What the VM itself is given, from the options; what was left out is absent. */
export async function readMachineFields(options: VmOptions) {
  const { userConfig, gpu, gpuAttachMode, vcpu, memory, diskSize, image } = options;
  return {
    ...(userConfig !== undefined && { userConfig: await readTextFile(userConfig) }),
    ...(gpu !== undefined && {
      gpus: { gpus: gpu.map(readGpu), ...(gpuAttachMode !== undefined && { attachMode: gpuAttachMode }) },
    }),
    ...(vcpu !== undefined && { vcpu }),
    ...(memory !== undefined && { memory }),
    ...(diskSize !== undefined && { diskSize }),
    ...(image !== undefined && { image }),
  };
}

/** A slot is a PCI address with colons in it; the product follows after an equals sign. */
function readGpu(text: string) {
  const [slot = '', productId] = text.split('=');
  return { slot, ...(productId !== undefined && { productId }) };
}
