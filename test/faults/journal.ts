import type { ImportCounts } from './answers';
import type { SentImport, SentRequest, SentUpdate } from './requests';

/** A request and what its caller knows of it. */
export interface Entry {
  readonly request: SentRequest;
  /**
   * `acknowledged`: answered with Success or Warning. `open`: it may be stored or not, and its caller cannot ask, for
   * want of a key or of an answer. `refused`: nothing of it may be stored. `waiting`: not settled yet.
   */
  state: 'waiting' | 'acknowledged' | 'open' | 'refused';
  /** Whether its connection ended once without an answer. */
  wasCut: boolean;
  importId: string | null;
  counts: ImportCounts | null;
}

type Unnumbered<Request> = Omit<Request, 'serial' | 'key'>;

/** Every request of a database, in the order in which they were first sent. */
export class Journal {
  readonly entries: Entry[] = [];
  readonly #prefix: string;
  #serial = 0;

  /** Keys begin with the prefix. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The number that the next request gets. */
  get nextSerial(): number {
    return this.#serial + 1;
  }

  enter(
    request: Unnumbered<SentImport> | Unnumbered<SentUpdate>,
    { withKey }: { readonly withKey: boolean },
  ): Entry {
    const serial = ++this.#serial;
    const key = withKey ? `${this.#prefix}-${serial}` : null;
    const entry: Entry = {
      request: { ...request, serial, key },
      state: 'waiting',
      wasCut: false,
      importId: null,
      counts: null,
    };
    this.entries.push(entry);
    return entry;
  }
}
