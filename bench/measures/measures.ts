import { approval } from './approval.js';
import { cliStart } from './cliStart.js';
import { history } from './history.js';
import { latency } from './latency.js';
import type { Measure } from './measure.js';
import { officialCli } from './officialCli.js';
import { restart } from './restart.js';
import { throughput } from './throughput.js';
import { waiting } from './waiting.js';
import { waking } from './waking.js';

/** In the order of the table. */
export const measures: readonly Measure[] = [
  throughput,
  latency,
  approval,
  history,
  waiting,
  waking,
  restart,
  officialCli,
  cliStart,
];
