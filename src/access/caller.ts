import type { Scope } from './scopes';

/** Who is calling. Made from a credential, never from what a request says. */
export interface Caller {
  /**
   * The name under which imports, idempotency keys and the audit log know the caller: `key:NAME`, `user:ID` or
   * `token:DIGEST`. Never an address or a person's name.
   */
  readonly id: string;
  /** Of several keys with one name, which one; null where it is no key. */
  readonly keyId: string | null;
  readonly siteId: number;
  readonly scopes: ReadonlySet<Scope>;
  /** The users in whose name it may edit. */
  readonly actsFor: 'anyone' | ReadonlySet<number>;
}

export function mayActFor({ actsFor }: Caller, userId: number): boolean {
  return actsFor === 'anyone' || actsFor.has(userId);
}
