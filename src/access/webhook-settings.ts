/** What the operator has settled of the receivers that sites name themselves. */
export interface WebhookSettings {
  /** In production they are reached by https only. */
  readonly isHttpAllowed: boolean;
  /** Addresses and ranges besides those of the public internet that may be posted to. */
  readonly allowedAddresses: readonly string[];
  /** What seals the signing secrets: the first of them, and any of them opens. Without one they are kept as they are. */
  readonly sealingKeys: readonly Uint8Array[];
}

export const STRICT_WEBHOOKS: WebhookSettings = {
  isHttpAllowed: false,
  allowedAddresses: [],
  sealingKeys: [],
};
