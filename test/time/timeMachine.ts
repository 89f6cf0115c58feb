import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { Countersign } from '../../client/countersign.js';
import { searchAttributeTypes } from '../../model/searchAttributes.js';
import type { Activities } from '../../worker/createActivities.js';
import { createWorkers } from '../../worker/createWorkers.js';
import { bundleFile } from '../rig/bundle.js';
import { installQuietRuntime } from '../rig/quietRuntime.js';
import { resolveTestServer } from '../../stack/temporal/resolveTestServer.js';

export const day = 24 * 60 * 60 * 1000;
const namespace = 'default';
const taskQueue = 'time';
/** Numbers of `temporal.api.enums.v1.IndexedValueType`. */
const wireTypes = { KEYWORD: 2, INT: 3, KEYWORD_LIST: 7 } as const;

/** The workflows that ship, on a server whose clock is moved: what takes weeks is over in seconds. */
export class TimeMachine {
  private workers: readonly Worker[] = [];
  private running: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly environment: TestWorkflowEnvironment,
    readonly countersign: Countersign,
    private readonly activities: Activities,
  ) {}

  static async start(activities: Activities): Promise<TimeMachine> {
    installQuietRuntime();
    const path = await resolveTestServer((message) => void process.stderr.write(`${message}\n`), process.env);
    const server = path === undefined ? {} : { executable: { type: 'existing-path', path } as const };
    const environment = await TestWorkflowEnvironment.createTimeSkipping({ server }).catch((error: unknown) => {
      throw new Error(waysOut, { cause: error });
    });
    const { connection, address = '' } = environment;
    const searchAttributes = Object.fromEntries(
      Object.entries(searchAttributeTypes).map(([name, type]) => [name, wireTypes[type]]),
    );
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    const client = new Client({ connection, namespace });
    const countersign = new Countersign({ client, address, namespace, taskQueue });
    return new TimeMachine(environment, countersign, activities);
  }

  async startWorkers(): Promise<void> {
    this.workers = await createWorkers({
      connection: this.environment.nativeConnection,
      namespace,
      taskQueue,
      workflowBundle: { codePath: bundleFile },
      activities: this.activities,
      phalaActivitiesPerSecond: 1_000,
    });
    this.running = Promise.all(this.workers.map((worker) => worker.run()));
  }

  async stopWorkers(): Promise<void> {
    for (const worker of this.workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await this.running;
    this.workers = [];
  }

  /** Lets time pass, in milliseconds of the server's clock. */
  pass(milliseconds: number): Promise<void> {
    return this.environment.sleep(milliseconds);
  }

  now(): Promise<number> {
    return this.environment.currentTimeMs();
  }

  /** Types of the events of a change's history, in order. */
  async events(id: string): Promise<readonly string[]> {
    const { events } = await this.environment.client.workflow.getHandle(id).fetchHistory();
    return (events ?? []).map(({ eventType }) => String(eventType));
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.environment.teardown();
  }
}

const waysOut = [
  'There is no time-skipping test server of Temporal, and none could be obtained. Three ways out:',
  '  1. Put Java and Maven on the PATH (Debian: default-jre-headless, maven), and it is fetched once and kept.',
  '  2. Run this with internet access, on a machine for which the SDK has one to download (x64).',
  '  3. Set TEMPORAL_TEST_SERVER_PATH to one.',
].join('\n');
