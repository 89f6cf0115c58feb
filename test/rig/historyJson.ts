import { createRequire } from 'node:module';
import type { Client } from '@temporalio/client';

/** A history as the server gives it. */
export type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** A history as Temporal's tools export it: protobuf JSON. */
export type HistoryJson = Readonly<Record<string, unknown>>;

interface ProtoJson {
  toJson(type: unknown, message: unknown): HistoryJson;
  fromJson(type: unknown, json: HistoryJson, options: { readonly ignoreUnknownFields: boolean }): History;
}

/**
 * The SDK has `historyToJSON` for this. It works only where npm installs protobufjs once for all of its packages, and
 * beside another version it does not: so its parts are taken from where its definitions find them.
 */
const requireOfClient = createRequire(createRequire(import.meta.url).resolve('@temporalio/client'));
const requireOfProto = createRequire(requireOfClient.resolve('@temporalio/proto'));
// What CommonJS modules export is not typed; these are as their packages declare them.
const { toJson, fromJson } = requireOfProto('protobufjs/ext/protojson') as ProtoJson;
const root = requireOfClient('@temporalio/proto') as { readonly lookupType: (name: string) => HistoryType };
const historyType = root.lookupType('temporal.api.history.v1.History');

interface HistoryType {
  fromObject(history: History): unknown;
}

export const historyToJson = (history: History): HistoryJson => toJson(historyType, historyType.fromObject(history));

export const historyFromJson = (json: HistoryJson): History =>
  fromJson(historyType, json, { ignoreUnknownFields: true });
