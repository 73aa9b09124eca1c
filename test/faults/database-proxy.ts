import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';

/** What becomes of a COMMIT and its answer. */
export type CommitFault =
  /** The answer is dropped; the connection stays open, and silent for ever. */
  | 'swallowed'
  /** The database has committed, and both ends are cut off before the answer is through. */
  | 'cut after'
  /** Both ends are cut off before the database gets it. */
  | 'cut before'
  /** The answer comes late. */
  | 'delayed';

export const COMMIT_FAULTS: readonly CommitFault[] = ['swallowed', 'cut after', 'cut before', 'delayed'];

const DELAY_MS = 1_500;
const COM_QUERY = 0x03;
/** COMMIT with whatever stands before it, such as the empty attributes of a query. */
const MAX_COMMIT_BYTES = 64;
const HEADER_BYTES = 4;

/**
 * The network between the server under test and its database. It understands enough of the protocol of MariaDB and
 * MySQL, unencrypted, to tell a COMMIT from all else.
 */
export class DatabaseProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #connections = new Set<ProxiedConnection>();
  readonly #events = new EventEmitter();
  readonly #armed: CommitFault[] = [];
  #isStalled = false;

  private constructor(server: Server, databasePort: number) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      const connection = new ProxiedConnection(socket, databasePort, () => this.#nextFault());
      this.#connections.add(connection);
      connection.onEnd(() => this.#connections.delete(connection));
      if (this.#isStalled) connection.hold();
    });
  }

  static async start(databasePort: number): Promise<DatabaseProxy> {
    const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new DatabaseProxy(server, databasePort);
  }

  /** The next COMMITs, on whatever connections, meet these; resolves when all have. */
  async meetCommits(faults: readonly CommitFault[]): Promise<void> {
    this.#armed.push(...faults);
    while (this.#armed.length > 0) await once(this.#events, 'met');
  }

  /** Those that no COMMIT has met yet are called off; answers how many. */
  disarm(): number {
    const left = this.#armed.splice(0).length;
    this.#events.emit('met');
    return left;
  }

  /** From now on nothing passes, on old connections and new ones. */
  stall(): void {
    this.#isStalled = true;
    for (const connection of this.#connections) connection.hold();
  }

  /** The network is back, with all that was sent meanwhile. */
  resume(): void {
    this.#isStalled = false;
    for (const connection of this.#connections) connection.release();
  }

  /** The network is back for new connections; of those it had, it knows no more, and drops what they send. */
  resumeForgetful(): void {
    this.#isStalled = false;
    for (const connection of this.#connections) connection.forget();
  }

  async close(): Promise<void> {
    this.disarm();
    for (const connection of this.#connections) connection.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #nextFault(): CommitFault | undefined {
    const fault = this.#armed.shift();
    if (fault !== undefined) this.#events.emit('met');
    return fault;
  }
}

class ProxiedConnection {
  readonly #client: Socket;
  readonly #database: Socket;
  readonly #faultOfCommit: () => CommitFault | undefined;
  readonly #packets = new PacketReader();
  /** What to do with what the database answers next. */
  #answer: CommitFault | undefined;
  #isHeld = false;
  #isForgotten = false;

  constructor(client: Socket, databasePort: number, faultOfCommit: () => CommitFault | undefined) {
    this.#client = client;
    this.#faultOfCommit = faultOfCommit;
    this.#database = tcpConnect(databasePort, '127.0.0.1');
    for (const socket of [client, this.#database]) {
      socket.setNoDelay(true);
      // What broke is told to the other end by its closing.
      socket.on('error', () => {});
      socket.on('close', () => this.#closed());
    }
    client.on('data', (bytes) => this.#fromClient(bytes));
    this.#database.on('data', (bytes) => this.#fromDatabase(bytes));
    client.resume();
  }

  onEnd(listener: () => void): void {
    this.#client.once('close', listener);
  }

  hold(): void {
    this.#isHeld = true;
    this.#client.pause();
    this.#database.pause();
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#client.resume();
    this.#database.resume();
  }

  /** Takes what comes and passes nothing on; neither end is told. */
  forget(): void {
    this.#isForgotten = true;
    this.release();
  }

  cut(): void {
    this.#client.destroy();
    this.#database.destroy();
  }

  #fromClient(bytes: Buffer): void {
    if (this.#isForgotten) return;
    const fault = this.#packets.endsCommit(bytes) ? this.#faultOfCommit() : undefined;
    if (fault === 'cut before') {
      this.cut();
      return;
    }
    this.#answer ??= fault;
    this.#database.write(bytes);
  }

  /** A COMMIT is sent alone, when all before it is answered: what comes next is its answer. */
  #fromDatabase(bytes: Buffer): void {
    if (this.#isForgotten) return;
    const fault = this.#answer;
    this.#answer = undefined;
    if (fault === 'swallowed') this.#isForgotten = true;
    else if (fault === 'cut after') this.cut();
    else if (fault === 'delayed') setTimeout(() => this.#client.write(bytes), DELAY_MS);
    else this.#client.write(bytes);
  }

  /** The server under test is told of no end that a network which has forgotten the connection would not tell of. */
  #closed(): void {
    if (this.#client.destroyed) this.#database.destroy();
    else if (!this.#isForgotten) this.#client.destroy();
  }
}

/** Finds the packets in what one end sends, in whatever pieces it comes. */
class PacketReader {
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a long packet that are still to come; no COMMIT is as long. */
  #toSkip = 0;

  /** Whether a packet that is a COMMIT ends within these bytes. */
  endsCommit(bytes: Buffer): boolean {
    let found = false;
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const skipped = Math.min(this.#toSkip, rest.length);
      this.#toSkip -= skipped;
      rest = rest.subarray(skipped);
      if (rest.length < HEADER_BYTES) break;
      const length = rest.readUIntLE(0, 3);
      if (length <= MAX_COMMIT_BYTES) {
        if (rest.length < HEADER_BYTES + length) break;
        found ||= isCommit(rest.subarray(HEADER_BYTES, HEADER_BYTES + length));
      }
      this.#toSkip = HEADER_BYTES + length;
    }
    this.#rest = rest;
    return found;
  }
}

function isCommit(packet: Buffer): boolean {
  return packet[0] === COM_QUERY && /COMMIT(?: WORK)?;?\s*$/i.test(packet.toString('latin1'));
}
