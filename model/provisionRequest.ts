import { z } from 'zod';
import { type AnyRequest, changeRequestFields, lineSchema, nodeSchema } from './changeRequest.js';
import { composeLimitIssue, fitsComposeLimit, gpusSchema, textSchema, variableNamesSchema } from './composeFields.js';
import { addressSchema } from './hex.js';
import { sealedForWorkersSchema } from './sealedEnv.js';

/** The API's rule for names (OpenAPI `ProvisionDstackAppRequestV2.name`); a name is a host name, too, as the SDK says. */
const cvmNameSchema = z
  .string()
  .regex(
    /^[A-Za-z](?!.*--)[A-Za-z0-9-]{3,61}[A-Za-z0-9]$/,
    'must be a host name: 5 to 63 letters, digits and single hyphens, a letter first',
  );

/**
 * What a service asks for when it wants a new CVM (`POST /cvms/provision`, then seed "commitCvmProvision").
 */
export const provisionRequestSchema = z
  .strictObject({
    /** Of the new CVM; no other in the workspace may have it. */
    name: cvmNameSchema,
    /** What goes into the app-compose document, and so into the compose hash. */
    compose: z
      .strictObject({
        /** Docker Compose YAML. */
        dockerComposeFile: textSchema.min(1),
        /** Shell script that runs before the containers start. */
        preLaunchScript: textSchema.optional(),
        /** Names of the environment variables that the VM takes over. Default: those of `env`. */
        allowedEnvs: variableNamesSchema.optional(),
        /** Whether anyone may read the container logs. Default: the API's own. */
        publicLogs: z.boolean().optional(),
        /** Whether anyone may read the system information. Default: the API's own. */
        publicSysinfo: z.boolean().optional(),
        /** Whether anyone may read the TCB attestation. Default: the API's own. */
        publicTcbinfo: z.boolean().optional(),
      })
      .refine(fitsComposeLimit, composeLimitIssue),
    /**
     * Which KMS keeps the app's keys: its id ("kms_…"), its slug, or `phala`, `ethereum` or `base` for the one of that
     * type. Default `phala`: not on chain.
     */
    kms: lineSchema.default('phala'),
    /** On-chain KMS: who is to own the new app contract. Default: the owner key of the worker. */
    owner: addressSchema.refine((owner) => !/^0x0+$/.test(owner), 'must not be the zero address').optional(),
    /** On-chain KMS: an app contract that exists, in place of a new one. */
    appId: addressSchema.optional(),
    /** A name of the API for a size, such as `tdx.small`. */
    instanceType: lineSchema.optional(),
    /** Number of virtual CPUs. */
    vcpu: z.int().positive().optional(),
    /** Memory in MB. */
    memory: z.int().positive().optional(),
    /** Disk size in GB (seed "commitCvmProvision"). */
    diskSize: z.int().positive().optional(),
    /** Name of an OS image. */
    image: lineSchema.optional(),
    /** Where it is to run. Default: the API chooses. */
    node: nodeSchema.optional(),
    /** Where in the world, when the API chooses the node. */
    region: lineSchema.optional(),
    /** Whether it is listed publicly. Default: the API's own. */
    listed: z.boolean().optional(),
    /** Passed to the VM as it is. */
    userConfig: textSchema.optional(),
    /** Which GPUs of the node it gets. */
    gpus: gpusSchema.optional(),
    /** Environment variables: their names in the clear, their values sealed to the workers' key. */
    env: z.strictObject({ names: variableNamesSchema.min(1), sealed: sealedForWorkersSchema }).optional(),
    ...changeRequestFields,
  })
  .refine(({ owner, appId }) => owner === undefined || appId === undefined, {
    path: ['owner'],
    message: 'must be left out with appId: a contract that exists has its owner',
  });

/** What the new CVM is to be, apart from where it is put and how it is governed. */
export type PlannedCvm = Omit<ProvisionRequest, keyof AnyRequest | 'kms' | 'node' | 'owner' | 'appId' | 'env'>;

export type ProvisionRequest = z.output<typeof provisionRequestSchema>;
/** As a caller writes it: fields with a default may be left out. */
export type ProvisionRequestInput = z.input<typeof provisionRequestSchema>;
