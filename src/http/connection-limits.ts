/** How long connections may take, for every port that this server listens on. */
export const CONNECTION_LIMITS = {
  /** For receiving a request, its body included; not for answering it. */
  requestTimeout: 60_000,
  /** Longer than the 60 s of common load balancers: the side that closes first must not be the server. */
  keepAliveTimeout: 65_000,
  /** Without a byte in either direction: an answer nobody reads, or one that does not come. */
  connectionTimeout: 180_000,
  http: {
    headersTimeout: 20_000,
    connectionsCheckingInterval: 500,
  },
} as const;
