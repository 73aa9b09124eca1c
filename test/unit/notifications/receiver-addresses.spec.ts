import { Resolver } from 'node:dns/promises';
import { allowedAddresses } from '../../../src/notifications/receiver-addresses';
import { postTest, type WebhookTarget } from '../../../src/notifications/webhook';
import { type Receiver, startReceiver } from '../../support/receiver';

const KEY = Buffer.alloc(32, 1);

describe('an address of a receiver', () => {
  it.each([
    // public
    ['93.184.215.14', true],
    ['1.1.1.1', true],
    ['2606:4700:4700::1111', true],
    ['::ffff:1.1.1.1', true],
    // this machine, and none
    ['127.0.0.1', false],
    ['127.255.255.255', false],
    ['0.0.0.0', false],
    ['0.1.2.3', false],
    ['::1', false],
    ['::', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['::127.0.0.1', false],
    // private networks
    ['10.0.0.1', false],
    ['172.16.0.1', false],
    ['172.31.255.255', false],
    ['192.168.1.1', false],
    ['::ffff:192.168.1.1', false],
    ['fc00::1', false],
    ['fd12:3456::1', false],
    ['fec0::1', false],
    // the link, the carrier's network, metadata
    ['169.254.169.254', false],
    ['fe80::1', false],
    ['100.64.0.1', false],
    ['100.127.255.255', false],
    // many, all, and nobody's
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['ff02::1', false],
    ['240.0.0.1', false],
    ['192.0.2.1', false],
    ['198.18.0.1', false],
    ['2001:db8::1', false],
    ['100::1', false],
    // IPv4 in IPv6
    ['64:ff9b::a00:1', false],
    ['2002:a00:1::1', false],
    ['2001::1', false],
    // no address
    ['localhost', false],
    ['', false],
  ])('%s: allowed is %s', (address, isAllowed) => {
    expect(allowedAddresses([])(address)).toBe(isAllowed);
  });

  it('is allowed where the operator names it, alone or by its range, in either form', () => {
    const isAllowed = allowedAddresses(['127.0.0.1', '10.1.0.0/16', 'fd12::/16', '::1']);
    const named = ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3', 'fd12:3::4', '::1', '1.1.1.1'];
    expect(named.filter((address) => !isAllowed(address))).toEqual([]);
    expect(['127.0.0.2', '10.2.0.1', 'fd13::1', '169.254.169.254'].filter(isAllowed)).toEqual([]);
  });
});

describe('a receiver that a site has named', () => {
  let receiver: Receiver;
  /** Of the same port, at another address of this machine. */
  let other: Receiver;
  let answers: Readonly<Partial<Record<'A' | 'AAAA', readonly string[]>>>[];
  let asked: string[];

  beforeAll(async () => {
    receiver = await startReceiver();
    other = await startReceiver(Number(new URL(receiver.url).port), '127.0.0.2');
  });
  beforeEach(() => {
    receiver.received.length = 0;
    other.received.length = 0;
    asked = [];
    const answer = (kind: 'A' | 'AAAA') =>
      async function (this: Resolver, hostname: string) {
        asked.push(`${kind} ${hostname}`);
        const found = answers[Math.min(Math.floor((asked.length - 1) / 2), answers.length - 1)]?.[kind];
        if (found === undefined) throw Object.assign(new Error(`query ${hostname}`), { code: 'ENODATA' });
        return [...found];
      };
    jest.spyOn(Resolver.prototype, 'resolve4').mockImplementation(answer('A') as never);
    jest.spyOn(Resolver.prototype, 'resolve6').mockImplementation(answer('AAAA') as never);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await receiver.close();
    await other.close();
  });

  function post(host: string, allowed: readonly string[]) {
    const url = receiver.url.replace('127.0.0.1', host);
    const target: WebhookTarget = { url, key: KEY, isAllowedAddress: allowedAddresses(allowed) };
    return postTest(target, 1, 'an-id', Date.now());
  }
  const refusal = (code: string) => ({ code, retryAfterSeconds: null });

  it('is not reached by an address of this machine, however it is written', async () => {
    for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]']) {
      expect(await post(host, [])).toEqual(refusal('ADDRESS_REFUSED'));
    }
    expect(asked).toEqual([]);
    expect(receiver.received).toEqual([]);
  });

  it('is not reached by a name that means this machine, by one address of several', async () => {
    for (const found of [
      { A: ['127.0.0.1'] },
      { AAAA: ['::1'] },
      { AAAA: ['::ffff:127.0.0.1'] },
      { A: ['93.184.215.14', '127.0.0.1'] },
      { A: ['93.184.215.14'], AAAA: ['fd00::1'] },
    ]) {
      answers = [found];
      asked.length = 0;
      expect(await post('lms.example.org', [])).toEqual(refusal('ADDRESS_REFUSED'));
    }
    expect(receiver.received).toEqual([]);
  });

  it('is connected to at the address that was judged, whatever the name means a moment later', async () => {
    answers = [{ A: ['127.0.0.1'] }, { A: ['127.0.0.2'] }];
    expect(await post('lms.example.org', ['127.0.0.1'])).toBeNull();
    expect(asked).toEqual(['A lms.example.org', 'AAAA lms.example.org']);
    expect([receiver.received.length, other.received.length]).toEqual([1, 0]);
    expect(receiver.received[0]?.headers.host).toMatch(/^lms\.example\.org:/);
  });

  it('is judged anew at each connection', async () => {
    answers = [{ A: ['127.0.0.1'] }, { A: ['127.0.0.2'] }];
    await post('lms.example.org', ['127.0.0.1']);
    expect(await post('lms.example.org', ['127.0.0.1'])).toEqual(refusal('ADDRESS_REFUSED'));
    expect([receiver.received.length, other.received.length]).toEqual([1, 0]);
  });

  it('of an unknown name is told by the code of DNS', async () => {
    answers = [{}];
    expect(await post('nowhere.example.org', [])).toEqual(refusal('ENODATA'));
  });
});

it('the receiver of the operator is reached wherever it is', async () => {
  const receiver = await startReceiver();
  expect(await postTest({ url: receiver.url, key: KEY }, 1, 'an-id', Date.now())).toBeNull();
  await receiver.close();
});
