import { z } from 'zod';
import { deviceIdSchema } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';

/** A node of `GET /teepods/available`, as the official SDK 0.2.9 reads it; "teepod" is the old word for node. */
const nodeSchema = z.object({
  teepod_id: z.int(),
  name: z.string(),
  /** sha256 of the PPID; it changes with the node's firmware (phala-cloud-api.md §10). */
  device_id: deviceIdSchema.nullish(),
});

export type AvailableNode = z.output<typeof nodeSchema>;

/** Reads the nodes that the workspace can use: `GET /teepods/available`. */
export async function listNodes(api: PhalaApi, signal?: AbortSignal): Promise<readonly AvailableNode[]> {
  const { body } = await callPhala(api, { method: 'GET', path: '/teepods/available', signal });
  return readAnswer(z.object({ nodes: z.array(nodeSchema) }), body, 'GET /teepods/available').nodes;
}
