import type { ConnectionOptions } from 'mysql2';
import type { DatabaseTls, ServerTarget } from './database-url';

export const CONNECT_TIMEOUT_MS = 3_000;

/** For a connection by way of the driver alone. */
export function connectionOptions({ url, tls }: ServerTarget): ConnectionOptions {
  return {
    uri: url,
    connectTimeout: CONNECT_TIMEOUT_MS,
    ...(tls === undefined ? {} : { ssl: tlsOptions(tls) }),
  };
}

export function tlsOptions({ ca }: DatabaseTls) {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    verifyIdentity: true,
    ...(ca === 'system' ? {} : { ca }),
  };
}
