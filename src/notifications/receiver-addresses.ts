import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether an address may be posted to. */
export type IsAllowedAddress = (address: string) => boolean;

/** The connection was not made: the receiver has an address that callers may not name. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ADDRESS_REFUSED';
}

/** What of IPv6 is routed on the internet at all. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');
const RESOLVE = { timeout: 2_000, tries: 2 };

/**
 * Addresses of the public internet, and those of the list. All else is refused, as the server may reach there what
 * callers may not: its own machine, the network around it, the metadata of a cloud.
 */
export function allowedAddresses(others: readonly string[]): IsAllowedAddress {
  const ranges = others.map((each) =>
    each.includes('/') ? ipaddr.parseCIDR(each) : rangeOfOne(ipaddr.process(each)),
  );
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    // An IPv4 address that is written as one of IPv6 is the IPv4 address.
    const address = ipaddr.process(text);
    if (ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits)))
      return true;
    return address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(GLOBAL_IPV6));
  };
}

function rangeOfOne(address: ReturnType<typeof ipaddr.process>): [typeof address, number] {
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Throws where the host is an address that is refused; names are looked up when the connection is made. */
export function refuseLiteral(url: URL, isAllowed: IsAllowedAddress): void {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isAllowed(host)) throw new AddressRefused();
}

/**
 * Looks a name up for one connection, which then goes to the very address that was judged here: a name that means
 * another address a moment later gains nothing. A name of which one address is refused is refused. DNS is asked
 * directly: the lookup of the system would keep a thread of this process as long as a name server is slow.
 */
export function guardedLookup(isAllowed: IsAllowedAddress): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (found) => {
        const [first] = found;
        if (first === undefined || found.some(({ address }) => !isAllowed(address))) {
          callback(new AddressRefused(), '');
        } else if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/** Fails as DNS does where the name has neither kind of address. */
async function resolve(hostname: string): Promise<LookupAddress[]> {
  const resolver = new Resolver(RESOLVE);
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason;
  const addresses = (answer: PromiseSettledResult<string[]>, family: number) =>
    answer.status === 'rejected' ? [] : answer.value.map((address) => ({ address, family }));
  return [...addresses(v4, 4), ...addresses(v6, 6)];
}
