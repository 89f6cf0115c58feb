/** The workflows of the bundle, one by one: a barrel export drops workflows in silence (temporal.md, #1724). */
export { inspectCvm } from './inspectCvm.js';
export { updateCvm } from './updateCvm.js';
