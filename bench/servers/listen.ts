import type { AddressInfo, Server } from 'node:net';

/** Listens on a free port and tells the bench where. */
export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ url: `http://127.0.0.1:${port}` });
  });
}
