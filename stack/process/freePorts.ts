import { type AddressInfo, createServer, type Server } from 'node:net';

/**
 * Finds TCP ports of 127.0.0.1 that nothing listens on, all different.
 *
 * Another process may take one before it is used: whoever starts a server on such a port has to try again with another
 * when the address is in use.
 *
 * @param count - how many ports
 * @throws Error from the operating system when no port can be opened
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(servers.map(listen));
  } finally {
    await Promise.all(servers.map(close));
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      // A TCP server's address is an object; only a Unix socket's is a string.
      const address = server.address() as AddressInfo;
      resolve(address.port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
