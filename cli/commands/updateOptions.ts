/** The options of `countersign update`, as commander gives them. */
export interface UpdateOptions {
  readonly compose?: string;
  readonly preLaunchScript?: string;
  readonly envFile?: string;
  readonly encryptedEnv?: string;
  readonly allowedEnvs?: string;
  readonly publicLogs?: 'yes' | 'no';
  readonly publicSysinfo?: 'yes' | 'no';
  readonly publicTcbinfo?: 'yes' | 'no';
  readonly userConfig?: string;
  readonly gpu?: readonly string[];
  readonly gpuAttachMode?: string;
  readonly vcpu?: number;
  readonly memory?: number;
  readonly diskSize?: number;
  readonly image?: string;
  readonly shutdownTimeout?: string;
  readonly allowForceStop?: boolean;
  readonly requestedBy?: string;
  readonly reason?: string;
  readonly idempotencyKey?: string;
  readonly registrar?: string;
  readonly deadline?: string;
  readonly finality?: string;
  readonly onBaseChanged?: string;
  readonly onHashMismatch?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}
