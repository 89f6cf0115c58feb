import { assertWorkspace } from '../server/addressedWorkspace.js';
import type { Endpoint } from '../server/endpoint.js';
import type { Cvm } from '../state/cvm.js';
import { WORKSPACE } from '../state/workspace.js';

/** Made up, and not enforced: more than any test uses. */
const LIMITS = { vm_slots: 1_000, vcpu: 10_000, memory_mb: 40_000_000, disk_gb: 1_000_000 };

/** Reserved hardware is not simulated: none. */
const NONE = { limit: 0, remaining: 0 };

/** GET /workspaces/{slug}/quotas [DOC-js/workspaces; OpenAPI WorkspaceQuotasResponse]: limits less what the CVMs have. */
export const getWorkspaceQuotas: Endpoint = {
  name: 'getWorkspaceQuotas',
  method: 'GET',
  path: '/workspaces/:slug/quotas',
  authenticated: true,
  handle(call, cloud) {
    assertWorkspace(call);
    const cvms = cloud.cvms.all();
    const metric = (limit: number, used: (cvm: Cvm) => number) => ({
      limit,
      remaining: limit - cvms.reduce((sum, cvm) => sum + used(cvm), 0),
    });
    return {
      status: 200,
      body: {
        team_slug: WORKSPACE.slug,
        tier: WORKSPACE.tier,
        quotas: {
          vm_slots: metric(LIMITS.vm_slots, () => 1),
          vcpu: metric(LIMITS.vcpu, ({ configuration }) => configuration.vcpu),
          memory_mb: metric(LIMITS.memory_mb, ({ configuration }) => configuration.memoryInMb),
          disk_gb: metric(LIMITS.disk_gb, ({ configuration }) => configuration.diskInGb),
        },
        reserved_nodes: NONE,
        reserved_gpu: { gpus: NONE, in_use: 0, misconfigured: 0 },
        as_of: cloud.clock.now().toISOString(),
      },
    };
  },
};
