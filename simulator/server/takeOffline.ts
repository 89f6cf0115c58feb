import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Closes the port of a server and cuts every connection to it, as when its process is killed. What it was doing for a
 * request takes effect, and the answer is lost.
 *
 * @returns puts it back on the same port
 */
export async function takeOffline({ server }: FastifyInstance): Promise<() => Promise<void>> {
  // One that listens on TCP has such an address.
  const { address, port } = server.address() as AddressInfo;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
  return () =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, () => {
        server.off('error', reject);
        resolve();
      });
    });
}
