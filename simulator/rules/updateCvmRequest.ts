import { z } from 'zod';

/** OpenAPI GpuConfig: attach_mode is "listed", "all" or any other string. */
const gpuConfigSchema = z.object({
  gpus: z.array(z.object({ slot: z.string(), product_id: z.string().nullish() })),
  attach_mode: z.string().default('listed'),
});

/**
 * The body of PATCH /cvms/{id} [seed 004, OpenAPI UpdateCvmRequest]: every field optional, null allowed on all but
 * allow_force_stop, unknown fields ignored (the schema has no additionalProperties: false).
 */
export const updateCvmRequestSchema = z.object({
  docker_compose_file: z.string().nullish(),
  pre_launch_script: z.string().nullish(),
  allowed_envs: z.array(z.string()).nullish(),
  public_logs: z.boolean().nullish(),
  public_sysinfo: z.boolean().nullish(),
  public_tcbinfo: z.boolean().nullish(),
  encrypted_env: z.string().nullish(),
  user_config: z.string().nullish(),
  gpus: gpuConfigSchema.nullish(),
  vcpu: z.int().nullish(),
  memory: z.int().nullish(),
  disk_size: z.int().nullish(),
  image: z.string().nullish(),
  shutdown_timeout: z.int().min(10).max(1200).nullish(),
  allow_force_stop: z.boolean().default(false),
});

export type GpuConfig = z.infer<typeof gpuConfigSchema>;
export type UpdateCvmRequest = z.infer<typeof updateCvmRequestSchema>;
