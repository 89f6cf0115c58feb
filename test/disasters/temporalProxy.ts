import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** The network between workers and the Temporal server. */
export interface TemporalProxy {
  /** host:port in place of the server's. */
  readonly address: string;
  /** Breaks every connection, and lets no new one come about. */
  cut(): void;
  mend(): void;
  stop(): Promise<void>;
}

/** @param target host:port of the server */
export async function startTemporalProxy(target: string): Promise<TemporalProxy> {
  const colon = target.lastIndexOf(':');
  const [host, port] = [target.slice(0, colon), Number(target.slice(colon + 1))];
  const sockets = new Set<Socket>();
  let isCut = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    // A broken connection is what is asked for.
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) return void near.destroy();
    const far = connect(port, host);
    keep(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an object; only a Unix socket's is a string.
  const { port: own } = server.address() as AddressInfo;
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `127.0.0.1:${own}`,
    cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      breakAll();
      await closed;
    },
  };
}
