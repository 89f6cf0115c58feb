import type { Endpoint } from '../server/endpoint.js';
import { USER, WORKSPACE } from '../state/workspace.js';

/**
 * GET /auth/me: three layers from version 2026-01-21 on, flat before [DOC-js/api-versioning "User Response"; the official
 * SDK's schemas of both]. All values are made up.
 */
export const getCurrentUser: Endpoint = {
  name: 'getCurrentUser',
  method: 'GET',
  path: '/auth/me',
  authenticated: true,
  handle(call) {
    const avatar = 'https://avatar.invalid/operator.png';
    if (call.apiVersion === '2025-10-28') {
      return {
        status: 200,
        body: {
          username: USER.username,
          email: USER.email,
          credits: 100,
          granted_credits: 100,
          avatar,
          team_name: WORKSPACE.name,
          team_tier: WORKSPACE.tier,
        },
      };
    }
    return {
      status: 200,
      body: {
        user: {
          username: USER.username,
          email: USER.email,
          role: 'user',
          avatar,
          email_verified: true,
          totp_enabled: false,
          has_backup_codes: false,
          flag_has_password: true,
        },
        workspace: { ...WORKSPACE, avatar: null },
        credits: { balance: '100.00', granted_balance: '100.00', is_post_paid: false, outstanding_amount: null },
      },
    };
  },
};
