import { createProgram } from './commandLine/program.js';

await createProgram().parseAsync();
