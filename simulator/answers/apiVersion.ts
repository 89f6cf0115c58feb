/** Values of X-Phala-Version [facts §1: the last two only in newer clients]. */
const API_VERSIONS = ['2025-10-28', '2026-01-21', '2026-05-22', '2026-06-23'] as const;

export type ApiVersion = (typeof API_VERSIONS)[number];

/** "Default (current)" of DOC-js/api-versioning. Chosen: it is also the answer to a missing or unknown header. */
const DEFAULT_API_VERSION: ApiVersion = '2026-01-21';

/** The version that a request asks for. */
export function apiVersion(header: string | undefined): ApiVersion {
  return API_VERSIONS.find((version) => version === header) ?? DEFAULT_API_VERSION;
}

/** From 2026-05-22 on CVMs have hash ids wherever older versions have integers [facts §1]. */
export function hasHashIds(version: ApiVersion): boolean {
  return version >= '2026-05-22';
}
