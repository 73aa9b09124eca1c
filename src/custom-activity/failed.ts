import type { RequestContext } from '../access/request-context';
import { OperationFailed } from '../contract/operation-failed';

/** Whatever goes wrong besides the checks has one text, which is the vendor's where the vendor has one. */
const TEXTS = {
  UPDATE_FAILED: 'Could not create/update element Custom Activity.',
  CREATE_FAILED: 'Could not create/update element Custom Activity.',
  ASSESS_FAILED: 'Could not assess element Custom Activity.',
} as const;

export function failed(
  code: keyof typeof TEXTS,
  { requestId }: RequestContext,
  cause: unknown,
): OperationFailed {
  return new OperationFailed(code, TEXTS[code], requestId, cause);
}
