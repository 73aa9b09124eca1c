/** How a request names something: by its id or by its sync key. */
export interface SentReference {
  /** The input field, which is also the path of problems with it. */
  readonly field: string;
  readonly value: number | string;
}
