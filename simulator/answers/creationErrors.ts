import type { ApiError } from './apiError.js';
import { plain, structured } from './errors.js';

// Errors of creating a CVM. Codes and messages are those of DOC-errors; 400 is its default for errors without a stated
// status [facts §1].

/**
 * ERR-01-001. Chosen: 404 where a replica is asked for ("CVM or target node not found" [seeds 002, 003]), 400 at provision,
 * which has no 404 [OpenAPI handle_provision_cvm].
 */
export function nodeNotFound(status: 400 | 404): ApiError {
  return structured(status, 'ERR-01-001', 'The requested node is not available');
}

/** ERR-01-002, 400: no Docker Compose file in the document. */
export function composeFileRequired(): ApiError {
  return structured(400, 'ERR-01-002', 'The request contains invalid parameters', {
    details: [{ field: 'docker_compose_file', value: null, message: 'The compose file is required.' }],
  });
}

/** ERR-01-004, 409. The message is "dynamic: A CVM with name '..."; its end is chosen. */
export function duplicateCvmName(name: string): ApiError {
  return structured(409, 'ERR-01-004', `A CVM with name '${name}' already exists in this workspace`, {
    details: [{ field: 'name', value: name, message: null }],
  });
}

/** ERR-02-001. */
export function instanceTypeNotFound(): ApiError {
  return structured(400, 'ERR-02-001', 'The requested instance type does not exist');
}

/** ERR-02-002: no node has everything that is asked for. */
export function resourceNotAvailable(): ApiError {
  return structured(400, 'ERR-02-002', 'No available resources match your requirements');
}

/** ERR-02-003, -004, -005: the node has no room. */
export function insufficient(what: 'vcpu' | 'memory' | 'slots'): ApiError {
  switch (what) {
    case 'vcpu':
      return structured(400, 'ERR-02-003', 'The selected node does not have enough CPU capacity');
    case 'memory':
      return structured(400, 'ERR-02-004', 'The selected node does not have enough memory');
    case 'slots':
      return structured(400, 'ERR-02-005', 'The selected node has reached its maximum capacity');
  }
}

/** ERR-02-008. */
export function invalidRequest(field: string, message: string): ApiError {
  return structured(400, 'ERR-02-008', 'The request contains invalid parameters', {
    details: [{ field, value: null, message }],
  });
}

/** ERR-02-010: no node has such an image. */
export function imageNotFound(): ApiError {
  return structured(400, 'ERR-02-010', 'The requested operating system image is not available');
}

/** ERR-02-011: there is no such KMS, or the node does not serve it. */
export function kmsNotFound(): ApiError {
  return structured(400, 'ERR-02-011', 'The requested security configuration is not available on this node');
}

/** ERR-02-013: the node does not have the image. */
export function imageNotCompatible(): ApiError {
  return structured(400, 'ERR-02-013', 'The requested operating system image is not available');
}

/** ERR-03-006, 400. */
export function replicaImageNotAvailable(): ApiError {
  return structured(400, 'ERR-03-006', "The source CVM's OS image is not available on the target node");
}

/** ERR-03-007, 409. */
export function appIdConflict(): ApiError {
  return structured(
    409,
    'ERR-03-007',
    'This app_id already has an active CVM with a different configuration. Provision again to get a new app_id, or use the existing CVM.',
  );
}

/** ERR-03-008, 404. */
export function replicaSourceNotAccessible(): ApiError {
  return structured(404, 'ERR-03-008', 'The source CVM instance was not found in this workspace or access is denied');
}

/** ERR-03-009, 400. */
export function replicaComposeHashRequired(): ApiError {
  return structured(
    400,
    'ERR-03-009',
    'This app has multiple live CVM instances. Please specify compose_hash to choose which revision to replicate.',
  );
}

/** 422; the text is OpenAPI's description of the status on POST /cvms. */
export function provisionDataNotFound(): ApiError {
  return plain(422, 'Provision data not found');
}

/** 400; "Invalid payload or provision data expired" [OpenAPI handle_create_cvm_from_povision]. */
export function provisionDataExpired(): ApiError {
  return plain(400, 'Provision data expired');
}
