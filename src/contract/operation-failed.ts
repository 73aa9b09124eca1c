/**
 * An unexpected failure that callers are told of by the operation's own code and text. What happened is the cause,
 * which stays in the log.
 */
export class OperationFailed extends Error {
  override readonly name = 'OperationFailed';
  /** What GraphQL answers beside the message. */
  readonly extensions: { readonly code: string; readonly requestId: string };

  constructor(code: string, message: string, requestId: string, cause: unknown) {
    super(message, { cause });
    this.extensions = { code, requestId };
  }
}
