import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from './server-process';
import type { BenchDatabases, Store, StoreContents } from './store';

/** The database and the servers of a run; each starts when it is first needed, and stays until the end. */
export class Rig {
  readonly databases: BenchDatabases;
  readonly folder = mkdtempSync(join(tmpdir(), 'coursetrack-bench-'));
  readonly #made = new Map<string, Promise<unknown>>();
  readonly #undo: (() => Promise<void>)[] = [];

  constructor(databases: BenchDatabases) {
    this.databases = databases;
  }

  /** The contents count when it is made. */
  store(name = '', contents: Partial<StoreContents> = {}): Promise<Store> {
    return this.once(`store ${name}`, async () => {
      const store = await this.databases.create(name, contents);
      this.atEnd(() => store.close());
      return store;
    });
  }

  /** The product on the database of that name. */
  async product(storeName = ''): Promise<ServerProcess> {
    return this.productOn(storeName, (await this.store(storeName)).url);
  }

  productOn(storeName: string, databaseUrl: string): Promise<ServerProcess> {
    const name = storeName === '' ? 'product' : `product-${storeName}`;
    return this.#server(name, () => ServerProcess.startProduct(databaseUrl, this.folder, name));
  }

  /** The product with a script of bench/ loaded into it. */
  productWith(script: string): Promise<ServerProcess> {
    const name = `product-${script}`;
    return this.#server(name, async () =>
      ServerProcess.startProduct((await this.store()).url, this.folder, name, [script]),
    );
  }

  peer(script: string): Promise<ServerProcess> {
    return this.#server(script, async () =>
      ServerProcess.startPeer(script, (await this.store()).url, this.folder),
    );
  }

  once<Thing>(name: string, make: () => Promise<Thing>): Promise<Thing> {
    const made = (this.#made.get(name) as Promise<Thing> | undefined) ?? make();
    this.#made.set(name, made);
    return made;
  }

  atEnd(undo: () => Promise<void>): void {
    this.#undo.push(undo);
  }

  async close(): Promise<void> {
    for (const undo of this.#undo.reverse()) await undo();
    rmSync(this.folder, { recursive: true, force: true });
    await this.databases.close();
  }

  #server(name: string, start: () => Promise<ServerProcess>): Promise<ServerProcess> {
    return this.once(`server ${name}`, async () => {
      const server = await start();
      this.atEnd(() => server.stop());
      return server;
    });
  }
}
