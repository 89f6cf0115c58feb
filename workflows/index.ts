/** The workflows of the bundle, one by one: a barrel export drops workflows in silence (temporal.md, #1724). */
export { adoptUpdate } from './adoptUpdate.js';
export { changeAllowlist } from './changeAllowlist.js';
export { inspectCvm } from './inspectCvm.js';
export { provisionCvm } from './provisionCvm.js';
export { readConfiguration } from './readConfiguration.js';
export { readSealingKey } from './readSealingKey.js';
export { replicateCvm } from './replicateCvm.js';
export { sendWithKey } from './sending/sendWithKey.js';
export { tellAfterwards } from './tellAfterwards.js';
export { updateCvm } from './updateCvm.js';
export { watchChain } from './watchChain.js';
