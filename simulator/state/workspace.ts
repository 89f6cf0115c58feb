/** The one workspace and the one user of the simulated cloud; everything in it is made up. */
export const WORKSPACE = { id: 'wks_5f1e7a21', name: 'Local Team', slug: 'local-team', tier: 'pro', role: 'owner' };

export const USER = { number: 1, id: 'usr_0a1b2c3d', username: 'operator', email: 'operator@example.invalid' };
